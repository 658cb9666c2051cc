import { GiftCloudError } from '../support/errors.js';
import type { SubjectTree } from '../xnat/archive.js';
import { lockKey, placeOf, type ArchiveContext } from './archiveContext.js';
import { makeSubject, mapPseudonym, settleNotes } from './newSubject.js';

export interface FoundSubject {
  readonly tree: SubjectTree;
  /** Made for this pseudonym just now. */
  readonly created: boolean;
}

/**
 * The subject that the server maps a pseudonym to, made when there is none. The caller serialises calls for one pseudonym.
 * @param withoutIssuer pseudonym that the patient would have without the issuer of its ID: one that the server knows may be
 *   the same patient or another one, which a person has to say.
 * Errors: those of the archive, LABEL_RACE_LOST, WRITE_NOT_STORED, PATIENT_AMBIGUOUS, KEY_MISSING, LEASE_LOST.
 */
export async function subjectOfPseudonym(
  context: ArchiveContext,
  pseudonym: string,
  signal?: AbortSignal,
  withoutIssuer?: string,
): Promise<FoundSubject> {
  const find = (wanted: string): Promise<SubjectTree | undefined> =>
    context.archive.findSubjectByPseudonym(context.project, wanted, signal);
  const known = await find(pseudonym);
  if (known !== undefined) return { tree: known, created: false };
  if (withoutIssuer !== undefined && (await find(withoutIssuer)) !== undefined) throw sameIdWithoutIssuer();
  return inTurn(
    context,
    async (turn) => {
      const spares = await settleNotes(context, turn, signal);
      // Another process of this state folder may have had its turn first.
      const made = await find(pseudonym);
      if (made !== undefined) return { tree: made, created: false };
      const spare = spares.find(({ label }) => label.startsWith(context.subjectPrefix));
      const own = spare ?? (await makeSubject(context, turn, signal));
      const { tree, won } = await mapPseudonym(context, turn, own, pseudonym, signal);
      return { tree, created: won };
    },
    signal,
  );
}

/**
 * Brings to its end what a process left that was killed between the steps, and names the subjects that are left over. One
 * look at a folder where nothing was left. Errors: those of the archive, KEY_MISSING, STATE_UNREADABLE.
 */
export async function settleSubjects(context: ArchiveContext, signal?: AbortSignal): Promise<void> {
  if ((await context.steps.notes(placeOf(context))).length === 0) return;
  const left = await inTurn(
    context,
    async (turn) => {
      await settleNotes(context, turn, signal);
      return turn.notes();
    },
    signal,
  );
  for (const { id, label } of left) {
    if (id === undefined) continue;
    context.warn(
      'SPARE_SUBJECT',
      `Subject ${label} is empty: it was made here and not needed. It is kept for the next new patient.`,
    );
  }
}

function inTurn<T>(
  context: ArchiveContext,
  work: Parameters<typeof context.steps.inTurn<T>>[1],
  signal: AbortSignal | undefined,
): Promise<T> {
  return context.locks.run(
    lockKey(context, 'subjects'),
    () => context.steps.inTurn(placeOf(context), work, signal),
    signal,
  );
}

/** A Patient ID that the project knows without an issuer: a person has to say who it is. */
export function sameIdWithoutIssuer(): GiftCloudError {
  return new GiftCloudError(
    'PATIENT_AMBIGUOUS',
    'The project knows this Patient ID from data without an issuer: this may be the same patient or another one.',
    { hint: 'Ask who this is; data of one patient needs the same issuer, or none, in all its objects.' },
  );
}
