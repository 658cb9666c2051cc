import { GiftCloudError } from '../support/errors.js';
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
 * Errors: those of the archive, LABEL_RACE_LOST, WRITE_NOT_STORED.
 */
export async function subjectOfPseudonym(
  context: ArchiveContext,
  pseudonym: string,
  signal?: AbortSignal,
): Promise<FoundSubject> {
  const { archive, project } = context;
  const known = await archive.findSubjectByPseudonym(project, pseudonym, signal);
  if (known !== undefined) return { tree: known, created: false };
  const made = (await claimSpare(context, signal)) ?? (await createSubject(context, signal));
  await archive.postPseudonym(project, made.label, pseudonym, signal);
  const tree = await archive.findSubjectByPseudonym(project, pseudonym, signal);
  if (tree === undefined) {
    throw new GiftCloudError('WRITE_NOT_STORED', 'The server did not keep the pseudonym of a new subject.', {
      hint: 'Ask the project owner whether you may create subjects, then repeat the action.',
      retryable: true,
    });
  }
  if (tree.id === made.id && tree.label === made.label) return { tree, created: true };
  await context.spares.keep(made);
  context.warn(
    'SPARE_SUBJECT',
    `Subject ${made.label} is empty: another program created the same patient first. It is kept for the next new patient.`,
  );
  return { tree, created: false };
}

/** A left-over of this state folder, if a fresh look shows it as it was left: there, ours and empty. */
async function claimSpare(context: ArchiveContext, signal?: AbortSignal): Promise<SpareSubject | undefined> {
  const { archive, project, spares, subjectPrefix } = context;
  const spare = await spares.claim(archive.serverUrl, project, subjectPrefix);
  if (spare === undefined) return undefined;
  try {
    const rows = (await archive.listSubjects(project, signal)).filter((row) => row.label === spare.label);
    const experiments = await archive.listExperiments(project, spare.label, signal);
    return rows.length === 1 && rows[0]?.id === spare.id && experiments.length === 0 ? spare : undefined;
  } catch (error) {
    await spares.keep(spare);
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
        const result = await archive.createSubject(project, label, signal);
        const made = { server: archive.serverUrl, project, label, id: result.id };
        // A crash or cancel from here on leaves a spare behind; who takes it keeps us from using it too.
        const spare = result.existed ? undefined : await spares.keep(made);
        rows = await archive.listSubjects(project, signal);
        const same = rows.filter((row) => row.label === label);
        if (spare === undefined || !(await spares.take(spare))) continue;
        if (same.length === 1 && same[0]?.id === result.id) return made;
      }
      throw new GiftCloudError('LABEL_RACE_LOST', 'Other programs took every new subject number first.', {
        hint: 'Repeat the action when fewer uploads run at the same time.',
        retryable: true,
      });
    },
    signal,
  );
}
