import { GiftCloudError } from '../support/errors.js';
import { shielded } from '../support/shielded.js';
import type { SubjectTree } from '../xnat/archive.js';
import { lockKey, type ArchiveContext } from './archiveContext.js';
import { nextSubjectLabel } from './labels.js';
import type { SpareSubject } from './spareSubjects.js';

const attempts = 10;

export interface FoundSubject {
  readonly tree: SubjectTree;
  /** Made for this pseudonym just now. */
  readonly created: boolean;
}

/**
 * The subject that the server maps a pseudonym to, made when there is none. The server's row decides: of racing writers
 * of one pseudonym several get 201 and the last one wins (GIFT-Cloud server, observed), so it is read back, and a
 * subject that lost is kept as a spare. The caller serialises calls for one pseudonym.
 * @param withoutIssuer pseudonym that the patient would have without the issuer of its ID: one that the server knows may be
 *   the same patient or another one, which a person has to say.
 * Errors: those of the archive, LABEL_RACE_LOST, WRITE_NOT_STORED, PATIENT_AMBIGUOUS.
 */
export async function subjectOfPseudonym(
  context: ArchiveContext,
  pseudonym: string,
  signal?: AbortSignal,
  withoutIssuer?: string,
): Promise<FoundSubject> {
  const { archive, project, spares } = context;
  const known = await archive.findSubjectByPseudonym(project, pseudonym, signal);
  const ambiguous =
    known === undefined &&
    withoutIssuer !== undefined &&
    (await archive.findSubjectByPseudonym(project, withoutIssuer, signal)) !== undefined;
  if (ambiguous) throw sameIdWithoutIssuer();
  const place = { server: archive.serverUrl, project };
  const unsure = await spares.claimFor(pseudonym, place);
  if (known !== undefined) return { tree: known, created: false };
  // What may carry this pseudonym stays this patient's; everything else is free for the next new one.
  const keep = (spare: SpareSubject): Promise<unknown> =>
    spare === unsure ? spares.keepFor(pseudonym, spare) : spares.keep(spare);
  const claimed = (): Promise<SpareSubject | undefined> =>
    spares.claim(place.server, project, context.subjectPrefix);
  const made =
    (await lookAtSpare(context, unsure, keep, signal)) ??
    (await lookAtSpare(context, await claimed(), keep, signal)) ??
    (await createSubject(context, signal));
  // Cancelled while it was being made.
  if (signal?.aborted === true) await keep(made);
  const tree = await shielded((inner) => givePseudonym(context, made, pseudonym, inner), signal);
  if (tree.id === made.id && tree.label === made.label) return { tree, created: true };
  await spares.keep(made);
  context.warn(
    'SPARE_SUBJECT',
    `Subject ${made.label} is empty: another program created the same patient first. It is kept for the next new patient.`,
  );
  return { tree, created: false };
}

function sameIdWithoutIssuer(): GiftCloudError {
  return new GiftCloudError(
    'PATIENT_AMBIGUOUS',
    'The project knows this Patient ID from data without an issuer: this may be the same patient or another one.',
    { hint: 'Ask who this is; data of one patient needs the same issuer, or none, in all its objects.' },
  );
}

/** POST and GET back. Where nobody can tell whether it was stored, the subject stays reserved for this pseudonym. */
async function givePseudonym(
  { archive, project, spares }: ArchiveContext,
  made: SpareSubject,
  pseudonym: string,
  signal: AbortSignal,
): Promise<SubjectTree> {
  try {
    await archive.postPseudonym(project, made.label, pseudonym, signal);
    const tree = await archive.findSubjectByPseudonym(project, pseudonym, signal);
    if (tree !== undefined) return tree;
  } catch (error) {
    await spares.keepFor(pseudonym, made);
    throw error;
  }
  await spares.keepFor(pseudonym, made);
  throw new GiftCloudError('WRITE_NOT_STORED', 'The server did not keep the pseudonym of a new subject.', {
    hint: 'Ask the project owner whether you may create subjects, then repeat the action.',
    retryable: true,
  });
}

/** A subject that was left over, if a fresh look shows it as it was left: there, ours and empty. */
async function lookAtSpare(
  context: ArchiveContext,
  spare: SpareSubject | undefined,
  keep: (spare: SpareSubject) => Promise<unknown>,
  signal?: AbortSignal,
): Promise<SpareSubject | undefined> {
  if (spare === undefined) return undefined;
  const { archive, project } = context;
  try {
    const rows = (await archive.listSubjects(project, signal)).filter((row) => row.label === spare.label);
    const experiments = await archive.listExperiments(project, spare.label, signal);
    return rows.length === 1 && rows[0]?.id === spare.id && experiments.length === 0 ? spare : undefined;
  } catch (error) {
    await keep(spare);
    throw error;
  }
}

/** List, next free number, PUT, list again and compare: only a label that the server gave to us alone is used. */
async function createSubject(context: ArchiveContext, signal?: AbortSignal): Promise<SpareSubject> {
  const { archive, project, spares } = context;
  return context.locks.run(
    lockKey(context, 'subjects'),
    async () => {
      let rows = await archive.listSubjects(project, signal);
      for (let attempt = 0; attempt < attempts; attempt++) {
        const label = nextSubjectLabel(context.subjectPrefix, new Set(rows.map((row) => row.label)));
        const made = await shielded((inner) => putSubject(context, label, inner), signal);
        rows = await archive.listSubjects(project, signal);
        const same = rows.filter((row) => row.label === label);
        if (made === undefined || !(await spares.take(made.name))) continue;
        if (same.length === 1 && same[0]?.id === made.spare.id) return made.spare;
      }
      throw new GiftCloudError('LABEL_RACE_LOST', 'Other programs took every new subject number first.', {
        hint: 'Repeat the action when fewer uploads run at the same time.',
        retryable: true,
      });
    },
    signal,
  );
}

/** The label, if the server gave it to us; from then on a crash or cancel leaves a spare, and who takes it locks us out. */
async function putSubject(
  { archive, project, spares }: ArchiveContext,
  label: string,
  signal: AbortSignal,
): Promise<{ readonly name: string; readonly spare: SpareSubject } | undefined> {
  const { id, existed } = await archive.createSubject(project, label, signal);
  if (existed || id === '') return undefined;
  const spare = { server: archive.serverUrl, project, label, id };
  return { name: await spares.keep(spare), spare };
}
