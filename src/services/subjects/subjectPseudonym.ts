import { GiftCloudError } from '../support/errors.js';
import type { SubjectTree } from '../xnat/archive.js';
import { lockKey, type ArchiveContext } from './archiveContext.js';
import { pseudonymOf } from './pseudonyms.js';

/** A subject with a pseudonym that leads to it and names nobody. */
export interface ReachedSubject {
  readonly pseudonym: string;
  readonly tree: SubjectTree;
}

/**
 * A pseudonym by which uploads find a subject that is there, made of its accession ID; stored where the subject has none yet:
 * several pseudonyms may lead to one subject (GIFT-Cloud server, observed).
 * Errors: those of the archive, PATIENT_AMBIGUOUS.
 */
export async function reachSubject(
  { archive, project, locks, ...context }: ArchiveContext,
  { id, label }: Pick<SubjectTree, 'id' | 'label'>,
  signal?: AbortSignal,
): Promise<ReachedSubject> {
  // No Patient ID has a line break (PS3.5 6.2, LO): nobody else comes to this name.
  const pseudonym = pseudonymOf(`GIFT-Cloud subject\n${id}`) ?? '';
  const find = (): Promise<SubjectTree | undefined> =>
    archive.findSubjectByPseudonym(project, pseudonym, signal);
  const tree = await locks.run(
    lockKey({ archive, project, locks, ...context }, pseudonym),
    async () => {
      const known = await find();
      if (known !== undefined) return known;
      await archive.postPseudonym(project, label, pseudonym, signal);
      return find();
    },
    signal,
  );
  if (tree?.id === id && tree.label === label) return { pseudonym, tree };
  throw changed(label);
}

/** The pseudonym of the subject of this label, as a person chose it. Errors: those of `reachSubject`. */
export async function subjectPseudonym(
  context: ArchiveContext,
  label: string,
  signal?: AbortSignal,
): Promise<string> {
  const rows = await context.archive.listSubjects(context.project, signal);
  const [row, ...others] = rows.filter((one) => one.label === label);
  if (row === undefined || others.length > 0) throw changed(label);
  return (await reachSubject(context, row, signal)).pseudonym;
}

function changed(label: string): GiftCloudError {
  return new GiftCloudError('PATIENT_AMBIGUOUS', `Subject ${label} changed while it was looked up.`, {
    hint: 'Repeat the action; ask a project owner if it fails again.',
    retryable: true,
  });
}
