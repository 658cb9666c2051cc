import { GiftCloudError } from '../support/errors.js';
import { shielded } from '../support/shielded.js';
import type { SubjectTree } from '../xnat/archive.js';
import { lockKey, type ArchiveContext } from './archiveContext.js';
import { nextExperimentLabel } from './labels.js';
import { uidInRows } from './pseudonyms.js';
import type { HashedSeries } from './seriesPlace.js';
import { isLabelOfOlder, scansOf } from './treeRows.js';

type Experiment = SubjectTree['experiments'][number];

/**
 * Makes the experiment of a study; undefined when another program was faster. A PUT on a label that exists would move that
 * experiment to our subject and overwrite its UID (GIFT-Cloud server, observed): the label is looked up in the whole
 * project right before, and what was overwritten all the same gets its first UID back.
 */
export async function createExperiment(
  context: ArchiveContext,
  series: HashedSeries,
  tree: SubjectTree,
  signal: AbortSignal | undefined,
): Promise<{ id: string; label: string } | undefined> {
  const { archive, project } = context;
  return context.locks.run(
    lockKey(context, 'experiments'),
    async () => {
      const labels = await archive.labelsOfExperiments(project, signal);
      const taken = new Set([...labels, ...tree.experiments.map((row) => row.label)]);
      const label = nextExperimentLabel(tree.label, taken);
      return shielded((inner) => putExperiment(context, series, tree.label, label, inner), signal);
    },
    signal,
  );
}

async function putExperiment(
  context: ArchiveContext,
  { sessionType: xsiType, studyUid: uid }: HashedSeries,
  subject: string,
  label: string,
  signal: AbortSignal,
): Promise<{ id: string; label: string } | undefined> {
  const names = { project: context.project, subject, experiment: label };
  const { id, existed } = await context.archive.createExperiment({ ...names, xsiType, uid }, signal);
  if (!existed && id !== '') return { id, label };
  if (id !== '') await giveBack(context, { id, xsiType }, subject, uid, signal);
  return undefined;
}

/**
 * Whether an experiment with the UID of our study is not ours all the same, which it is told then: a program that was killed,
 * or is just about to give it back, had written our UID over its first one, or its label belongs to an older one. Looked at
 * where our series is not in it, or two experiments have one label.
 */
export async function isGivenBack(
  context: ArchiveContext,
  { studyUid, seriesUid }: HashedSeries,
  tree: SubjectTree,
  known: Experiment,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (isLabelOfOlder(tree, known)) {
    await leaveEmpty(context, tree, known, signal);
    return true;
  }
  const isNew = scansOf(known, seriesUid).length === 0;
  return isNew && (await giveBack(context, known, tree.label, studyUid, signal));
}

/** Gives an experiment its first UID again, where that is not ours; false where it always was. */
async function giveBack(
  { archive, project, logger }: ArchiveContext,
  { id, xsiType }: Pick<Experiment, 'id' | 'xsiType'>,
  subject: string,
  ourUid: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const [uid = ''] = await archive.uidsOfExperiment(project, id, signal);
  if (uid === '' || uidInRows(uid) === ourUid) return false;
  try {
    await archive.createExperiment({ project, subject, experiment: id, xsiType, uid }, signal);
    logger.warn('an experiment of another study got its UID back', { experiment: id });
  } catch (error) {
    // Its program has made another one by now, so that nobody else wants this one.
    if (GiftCloudError.is(error, 'NOT_ALLOWED')) return false;
    throw error;
  }
  return true;
}

/** A younger experiment of a label is left without our UID: the server takes a UID once per subject. */
async function leaveEmpty(
  context: ArchiveContext,
  tree: SubjectTree,
  { id, label, xsiType, uid, scans }: Experiment,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { archive, project } = context;
  if (scans.some(({ resources }) => resources.some(({ fileCount = 0 }) => fileCount > 0))) {
    throw new GiftCloudError('LABEL_RACE_LOST', `Two experiments have the label ${label}.`, {
      hint: 'Ask a project owner to rename one of them, then repeat the action.',
    });
  }
  const left = { project, subject: tree.label, experiment: id, xsiType, uid: uidInRows(uid) + leftEnding };
  await archive.createExperiment(left, signal);
}

/** End of the UID of an experiment that nobody uses. */
const leftEnding = '_left';

/** Names the experiments that a race left empty, in every run that comes by: whoever left one may have been killed. */
export function warnLeft(context: ArchiveContext, { experiments }: SubjectTree): void {
  for (const { id, label, uid } of experiments) {
    if (!uid.endsWith(leftEnding)) continue;
    context.warn(
      'LEFT_EXPERIMENT',
      `Experiment ${id} is empty and has the label ${label} of an older one: a project owner may delete it.`,
    );
  }
}
