import type { SubjectTree } from '../xnat/archive.js';
import { uidInRows } from './pseudonyms.js';

type Experiment = SubjectTree['experiments'][number];
type Scan = Experiment['scans'][number];

/** Hashed UIDs stand as `2_25_n`, or as `2.25.n` where the server read them from the files (observed). */
function sameUid(stored: string, uid: string): boolean {
  return uidInRows(stored) === uid;
}

/** Rows of one UID, oldest first: numbers at the end of accession IDs and scan IDs only grow. */
function rowsOf<T extends { readonly id: string; readonly uid: string }>(
  rows: readonly T[],
  uid: string,
): readonly T[] {
  return rows.filter((row) => sameUid(row.uid, uid)).sort((a, b) => number(a.id) - number(b.id));
}

function number(id: string): number {
  return Number(/\d+$/.exec(id)?.[0] ?? Number.MAX_SAFE_INTEGER);
}

/**
 * Experiments of the subject that hold a study: where racing writers made several, everybody takes the first
 * (design: lowest accession ID wins).
 */
export function experimentsOf(tree: SubjectTree, studyUid: string): readonly Experiment[] {
  return rowsOf(tree.experiments, studyUid);
}

/**
 * Whether an older experiment has the label of this one: racing writers of one label may both be told that they made it
 * (GIFT-Cloud server, observed). Both would have one folder, so the younger one takes the next number.
 */
export function isLabelOfOlder(
  { experiments }: SubjectTree,
  { id, label }: Pick<Experiment, 'id' | 'label'>,
): boolean {
  return experiments.some((other) => other.label === label && number(other.id) < number(id));
}

/** Scans of the experiment that hold a series, first the one that everybody takes. */
export function scansOf(experiment: Experiment, seriesUid: string): readonly Scan[] {
  return rowsOf(experiment.scans, seriesUid);
}
