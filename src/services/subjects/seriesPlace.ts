import type { MadePlaces, SeriesPlace } from '../pipeline/types.js';
import { GiftCloudError } from '../support/errors.js';
import type { ArchivePath, SubjectTree } from '../xnat/archive.js';
import { lockKey, type ArchiveContext } from './archiveContext.js';
import { createExperiment, isGivenBack, warnLeft } from './experimentOfStudy.js';
import { nextScanLabel } from './labels.js';
import { subjectOfPseudonym, type FoundSubject } from './subjectOfPseudonym.js';
import { experimentsOf, isLabelOfOlder, scansOf } from './treeRows.js';

/** Label of the resource that holds the files of a scan. */
export const dicomResource = 'DICOM';
const attempts = 6;

/** A series as the server knows it: hashes and types, nothing of the original. */
export interface HashedSeries {
  readonly pseudonym: string;
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly sessionType: string;
  readonly scanType: string;
  /** What `pseudonym` would be without the issuer that is part of it. */
  readonly withoutIssuer?: string;
  /** The subject a person dropped the data on. */
  readonly expectedSubject: string | undefined;
}

/** Where the files of a series go. Paths name the experiment by its accession ID, which nobody can take over. */
export interface SeriesTarget {
  readonly place: SeriesPlace;
  readonly path: Required<ArchivePath>;
  readonly subjectId: string;
  readonly experimentId: string;
  /** What had to be made for it. */
  readonly made: MadePlaces;
  /** The resource was made just now, by us: there is nothing in it. */
  readonly empty: boolean;
}

/**
 * Finds the subject, experiment, scan and resource of a series, or makes what is missing. Nothing may be sent before
 * `isStillOurs` has seen the result in a fresh read. One call at a time per pseudonym in this process.
 * Errors: those of the archive, LABEL_RACE_LOST, WRITE_NOT_STORED, PATIENT_AMBIGUOUS.
 */
export async function prepareSeries(
  context: ArchiveContext,
  series: HashedSeries,
  signal?: AbortSignal,
): Promise<SeriesTarget> {
  return context.locks.run(
    lockKey(context, series.pseudonym),
    async () => {
      const ids = new Set<string>();
      const refusals: string[] = [];
      for (let attempt = 0; attempt < attempts; attempt++) {
        const subject = await subjectFor(context, series, subjectOfPseudonym, signal);
        if (subject.created) ids.add(subject.tree.id);
        try {
          const target = await makeBelow(context, series, subject.tree, ids, signal);
          if (target !== undefined) return { ...target, made: madeOf(target, ids) };
        } catch (error) {
          // Also how the server says that another program has just made the same: look again, once for each level.
          if (!GiftCloudError.is(error) || !lookAgain.has(error.code)) throw error;
          if (refusals.includes(error.message)) throw error;
          refusals.push(error.message);
        }
      }
      throw raceLost('Other programs took every new label first.');
    },
    signal,
  );
}

const lookAgain: ReadonlySet<string> = new Set(['NOT_ALLOWED', 'SERVER_ERROR', 'NOT_FOUND_OR_NOT_ALLOWED']);

/** Whether a fresh read shows pseudonym, subject, experiment, scan and resource as they were chosen. */
export function isStillOurs(
  tree: SubjectTree | undefined,
  target: SeriesTarget,
  series: Pick<HashedSeries, 'studyUid' | 'seriesUid'>,
): boolean {
  if (tree?.id !== target.subjectId || tree.label !== target.place.subject) return false;
  const experiment = experimentsOf(tree, series.studyUid)[0];
  if (experiment?.id !== target.experimentId || experiment.label !== target.place.experiment) return false;
  if (isLabelOfOlder(tree, experiment)) return false;
  const scan = scansOf(experiment, series.seriesUid)[0];
  if (scan?.id !== target.place.scan) return false;
  return scan.resources.some((resource) => resource.label === dicomResource);
}

/**
 * The subject of a series, or the one that a person dropped it on. Errors: those of `find`; PATIENT_AMBIGUOUS where the server
 * knows the patient as another one.
 * @param find how this kind of server is asked, and a new subject made.
 */
export async function subjectFor(
  context: ArchiveContext,
  series: HashedSeries,
  find: typeof subjectOfPseudonym,
  signal: AbortSignal | undefined,
): Promise<FoundSubject> {
  if (series.expectedSubject === undefined) {
    return find(context, series.pseudonym, signal, series.withoutIssuer);
  }
  const tree = await context.archive.findSubjectByPseudonym(context.project, series.pseudonym, signal);
  if (tree?.label === series.expectedSubject) return { tree, created: false };
  throw new GiftCloudError(
    'PATIENT_AMBIGUOUS',
    tree === undefined
      ? `The server does not know this patient as subject ${series.expectedSubject}.`
      : `The server knows this patient as subject ${tree.label}, not as ${series.expectedSubject}.`,
    { hint: 'Upload to the project instead: the right subject is found or made.' },
  );
}

function madeOf(
  { subjectId, experimentId, place: { scan } }: Omit<SeriesTarget, 'made'>,
  ids: ReadonlySet<string>,
): MadePlaces {
  return {
    ...(ids.has(subjectId) && { subject: subjectId }),
    ...(ids.has(experimentId) && { experiment: experimentId }),
    ...(ids.has(`${experimentId}/${scan}`) && { scan }),
  };
}

/**
 * Undefined when another program was faster: then everything is read again.
 * @param ids gets those of what is made.
 */
async function makeBelow(
  context: ArchiveContext,
  series: HashedSeries,
  tree: SubjectTree,
  ids: Set<string>,
  signal: AbortSignal | undefined,
): Promise<Omit<SeriesTarget, 'made'> | undefined> {
  warnLeft(context, tree);
  const [known, ...doubled] = experimentsOf(tree, series.studyUid);
  if (known && (await isGivenBack(context, series, tree, known, signal))) return undefined;
  if (doubled.length > 0) warnDoubled(context, 'experiment', [known, ...doubled]);
  const experiment = known ?? (await createExperiment(context, series, tree, signal));
  if (experiment === undefined) return undefined;
  if (known === undefined) ids.add(experiment.id);
  const names = { project: context.project, subject: tree.label, experiment: experiment.id };
  const scan = (known && knownScan(context, known, series)) ?? {
    id: nextScanLabel(new Set(known?.scans.map((row) => row.id))),
    resources: undefined,
  };
  const path = { ...names, scan: scan.id };
  if (scan.resources === undefined) {
    const { scanType: xsiType, seriesUid: uid } = series;
    await context.archive.createScan({ ...path, xsiType, uid }, signal);
    ids.add(`${experiment.id}/${scan.id}`);
  }
  const exists = scan.resources?.some((resource) => resource.label === dicomResource) ?? false;
  const empty = !exists && !(await context.archive.createResource(path, dicomResource, signal)).existed;
  return {
    place: {
      project: context.project,
      subject: tree.label,
      experiment: experiment.label,
      scan: scan.id,
    },
    path,
    subjectId: tree.id,
    experimentId: experiment.id,
    empty,
  };
}

function knownScan(
  context: ArchiveContext,
  experiment: SubjectTree['experiments'][number],
  series: HashedSeries,
): SubjectTree['experiments'][number]['scans'][number] | undefined {
  const [known, ...doubled] = scansOf(experiment, series.seriesUid);
  if (known && doubled.length > 0) warnDoubled(context, 'scan', [known, ...doubled]);
  return known;
}

function raceLost(message: string): GiftCloudError {
  return new GiftCloudError('LABEL_RACE_LOST', message, {
    hint: 'Repeat the action when fewer uploads run at the same time.',
    retryable: true,
  });
}

/** Says that racing writers made one element several times. */
export function warnDoubled(
  context: ArchiveContext,
  level: 'experiment' | 'scan',
  rows: readonly ({ readonly id: string } | undefined)[],
): void {
  const ids = rows.flatMap((row) => (row === undefined ? [] : [row.id])).join(', ');
  context.warn('DOUBLED_UID', `The server holds one ${level} several times (${ids}); the first one is used.`);
}
