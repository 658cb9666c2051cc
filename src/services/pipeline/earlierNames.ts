import type { Refusal } from '../deid/types.js';
import { experimentsOf, scansOf } from '../subjects/treeRows.js';
import type { UploadContext } from './context.js';
import type { SourceSeries, SourceStudy } from './types.js';

/** A series that is in the project under the names of an earlier scheme or key: a person chooses, never we. */
export const archivedUnderEarlierNames: Refusal = {
  status: 'held',
  code: 'SCHEME_MISMATCH',
  reason:
    'The series is archived already under an earlier key or scheme of the project; it was not put beside it under new names.',
};

/**
 * Whether the server's rows show this series under names that were in force before an owner agreed to others. One request
 * for each such scheme whose key is here; none where nothing changed. Errors: those of the archive.
 */
export async function isArchivedUnderEarlierNames(
  study: SourceStudy,
  series: SourceSeries,
  { archive, project, earlier }: Pick<UploadContext, 'archive' | 'project' | 'earlier'>,
  signal: AbortSignal,
): Promise<boolean> {
  // Nobody was archived without a Patient ID.
  if (study.patientId === '') return false;
  for (const names of earlier) {
    const tree = await archive.findSubjectByPseudonym(project, names.pseudonym(study), signal);
    const experiments = tree ? experimentsOf(tree, names.uid(study.studyInstanceUid)) : [];
    const seriesUid = names.uid(series.seriesInstanceUid);
    if (experiments.some((experiment) => scansOf(experiment, seriesUid).length > 0)) return true;
  }
  return false;
}
