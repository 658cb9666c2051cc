import { lockKey, type ArchiveContext } from './archiveContext.js';
import type { SubjectTree } from '../xnat/archive.js';
import { nextExperimentLabel } from './labels.js';
import { subjectOnPlainXnat } from './plainSubject.js';
import { uidInRows } from './pseudonyms.js';
import { subjectFor, warnDoubled, type HashedSeries } from './seriesPlace.js';
import { experimentsOf } from './treeRows.js';

/** Where a study goes on plain XNAT. Labels, because the import service takes nothing else. */
export interface StudyPlace {
  readonly project: string;
  readonly subject: string;
  readonly subjectId: string;
  readonly subjectCreated: boolean;
  readonly experiment: string;
  /** Accession ID, once the server has archived anything of the study. */
  readonly experimentId: string | undefined;
}

/**
 * Finds subject and experiment of a study on plain XNAT, or makes the subject and chooses a label for the experiment, which
 * the server makes with the first data. One call at a time per pseudonym in this process.
 * Errors: those of the archive, LABEL_RACE_LOST, WRITE_NOT_STORED, MAPPING_CHANGED, PATIENT_AMBIGUOUS.
 */
export async function prepareStudy(
  context: ArchiveContext,
  wanted: HashedSeries,
  signal?: AbortSignal,
): Promise<StudyPlace> {
  return context.locks.run(
    lockKey(context, wanted.pseudonym),
    async () => {
      const { tree, created } = await subjectFor(context, wanted, subjectOnPlainXnat, signal);
      const [known, ...doubled] = experimentsOf(tree, wanted.studyUid);
      if (known && doubled.length > 0) warnDoubled(context, 'experiment', [known, ...doubled]);
      return {
        project: context.project,
        subject: tree.label,
        subjectId: tree.id,
        subjectCreated: created,
        experiment: known?.label ?? (await freeLabel(context, tree, wanted, signal)),
        experimentId: known?.id,
      };
    },
    signal,
  );
}

/** Whether a fresh read shows pseudonym, subject and experiment as they were chosen. */
export function isStillPlaced(
  tree: SubjectTree,
  place: StudyPlace,
  { studyUid }: Pick<HashedSeries, 'studyUid'>,
): boolean {
  if (tree.id !== place.subjectId || tree.label !== place.subject) return false;
  const [experiment] = experimentsOf(tree, studyUid);
  return experiment === undefined ? place.experimentId === undefined : experiment.label === place.experiment;
}

/** Not in the archive, and not with another study in the prearchive, where others may be about to commit it. */
async function freeLabel(
  { archive, project }: ArchiveContext,
  tree: SubjectTree,
  { studyUid }: HashedSeries,
  signal: AbortSignal | undefined,
): Promise<string> {
  const taken = await archive.labelsOfExperiments(project, signal);
  const waiting = (await archive.listPrearchive(project, signal)).filter(
    ({ uid }) => uidInRows(uid) !== studyUid,
  );
  const labels = [...taken, ...waiting.map(({ experiment }) => experiment)];
  return nextExperimentLabel(tree.label, new Set(labels));
}
