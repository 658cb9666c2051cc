import { lockKey } from '../subjects/archiveContext.js';
import type { HashedSeries } from '../subjects/seriesPlace.js';
import { isStillPlaced, prepareStudy, type StudyPlace } from '../subjects/studyPlace.js';
import { experimentsOf } from '../subjects/treeRows.js';
import type { SubjectTree } from '../xnat/archive.js';
import { confirm } from './confirm.js';
import type { UploadContext } from './context.js';
import { ImportedResource, ImportedSeries } from './importedSeries.js';
import { ImportSession } from './importSession.js';
import { isPlaceLost, PlaceLost, placesToTry } from './placeLost.js';
import type { SeriesTask } from './plannedSeries.js';
import type { ReceiptSeries } from './receipt.js';
import { rememberPlace } from './rememberPatients.js';
import { settleFailed, settleSeries, settleUnsent } from './seriesOutcome.js';
import { readAgain } from './transient.js';
import { SeriesUpload } from './upload.js';
import { uploadSeries } from './uploadSeries.js';
import { namesIn, refusalsBeforeSending, wantedSeries } from './wantedSeries.js';

interface SeriesToSend {
  readonly task: SeriesTask;
  readonly wanted: HashedSeries;
}

/**
 * The series of one study into plain XNAT, from their files to their proof of arrival: a new study is sent into one session
 * of the prearchive and committed once. Settles every file; gives the rows of the receipt.
 * Errors: only those that end the run.
 */
export async function uploadStudy(
  tasks: readonly SeriesTask[],
  context: UploadContext,
  signal: AbortSignal,
): Promise<readonly ReceiptSeries[]> {
  const sendable: SeriesToSend[] = [];
  for (const task of tasks) {
    try {
      context.emit({ kind: 'seriesState', id: task.row.id, state: 'de-identifying' });
      const refused = await refusalsBeforeSending(task, context, signal);
      if (refused === undefined) sendable.push({ task, wanted: wantedSeries(task, context) });
      else {
        context.ledger.advance(refused.length);
        settleUnsent(task, refused, context);
      }
    } catch (error) {
      settleFailed(task, error, context);
    }
  }
  const [first] = sendable;
  if (first === undefined) return [];
  // One study of a patient at a time: they choose labels, and the import service takes no order.
  const patient = lockKey(context, JSON.stringify(['studies', first.wanted.pseudonym]));
  try {
    return await context.locks.run(patient, () => sendUntilOurs(sendable, first, context, signal), signal);
  } catch (error) {
    for (const { task } of sendable) settleFailed(task, error, context);
    return [];
  }
}

/**
 * A study that the server does not know goes through the import service. What is added to a known one goes series by series
 * into its resources, as the original client sends it: a second import into one experiment is refused while the server
 * still works on the first, and where a series has the number of another one (GIFT-Cloud server, observed; XNAT's source).
 */
async function sendUntilOurs(
  sendable: readonly SeriesToSend[],
  { wanted }: SeriesToSend,
  context: UploadContext,
  signal: AbortSignal,
): Promise<readonly ReceiptSeries[]> {
  const source = await context.importSource.name();
  for (let attempt = 1; ; attempt++) {
    const place = await prepareStudy(context, wanted, signal);
    const check = checkOf(place, wanted, context, signal);
    const session = new ImportSession(context, place, wanted.studyUid, source, check, signal);
    try {
      await session.takeUpLeftovers();
      if (place.experimentId !== undefined) return await addToStudy(sendable, context, signal);
      return await importStudy(place, session, sendable, check, context, signal);
    } catch (error) {
      if (!isPlaceLost(error) || attempt === placesToTry) throw error;
      context.logger.warn('a study starts again with a fresh look at its place', { attempt });
      if (error.dataSent) warnLeftBehind(context, place);
    }
  }
}

/** Reads once more whose the place is, and gives the subject. */
type Check = (committed: boolean) => Promise<SubjectTree>;

function checkOf(
  place: StudyPlace,
  wanted: HashedSeries,
  { archive, project, pace }: UploadContext,
  signal: AbortSignal,
): Check {
  return async (committed) => {
    const read = (): ReturnType<typeof archive.findSubjectByPseudonym> =>
      archive.findSubjectByPseudonym(project, wanted.pseudonym, signal);
    const tree = await readAgain(read, pace.resendMs, signal);
    if (tree !== undefined && isStillPlaced(tree, place, wanted)) return tree;
    const isElsewhere = tree?.id !== place.subjectId;
    const left = experimentsOf(tree ?? noExperiments, wanted.studyUid).some(
      ({ label }) => label === place.experiment,
    );
    throw new PlaceLost(committed && (isElsewhere || left));
  };
}

const noExperiments: SubjectTree = { id: '', label: '', experiments: [] };

async function addToStudy(
  sendable: readonly SeriesToSend[],
  context: UploadContext,
  signal: AbortSignal,
): Promise<readonly ReceiptSeries[]> {
  const rows: ReceiptSeries[] = [];
  for (const { task } of sendable) {
    const row = await uploadSeries(task, context, signal, ImportedResource);
    if (row) rows.push(row);
  }
  return rows;
}

async function importStudy(
  place: StudyPlace,
  session: ImportSession,
  sendable: readonly SeriesToSend[],
  check: Check,
  context: UploadContext,
  signal: AbortSignal,
): Promise<readonly ReceiptSeries[]> {
  const begin = once(() => beginStudy(place, sendable, check, context, signal));
  const uploads = sendable.map(({ task, wanted: { studyUid: study, seriesUid: series } }) => {
    const store = new ImportedSeries(context, session, place, { study, series }, signal);
    const onProgress = (done: number): void =>
      context.emit({ kind: 'seriesState', id: task.row.id, state: 'sending', done });
    const hooks = { beforeFirstByte: begin, onProgress };
    const upload = new SeriesUpload(context, store, namesIn(place, task, context), hooks, signal);
    return { task, store, upload };
  });
  // All of it before anything is listed: to look what arrived means to commit.
  for (const { task, upload } of uploads) await upload.send(task.series.instances, new Map());
  const outcomes: (() => ReceiptSeries | undefined)[] = [];
  for (const { task, store, upload } of uploads) {
    const { id, instances } = task.row;
    context.emit({ kind: 'seriesState', id, state: 'confirming', done: instances });
    await store.assertArrivedAsSent(new Set(upload.items.keys()));
    const confirmed = await confirm(upload, context);
    const scan = await store.scan();
    const { project, subject, experiment } = place;
    outcomes.push(() => {
      if (scan === undefined) {
        settleUnsent(task, upload.refused, context);
        return undefined;
      }
      const where = { project, subject, experiment, scan: scan.id };
      return settleSeries(task, { place: where, confirmed, refused: upload.refused }, context);
    });
  }
  await check(true);
  await remember(place, sendable, context);
  return outcomes.flatMap((settle) => settle() ?? []);
}

/** Right before the first byte: the mapping once more, who it is, and whether we may write at all. */
async function beginStudy(
  place: StudyPlace,
  sendable: readonly SeriesToSend[],
  check: Check,
  context: UploadContext,
  signal: AbortSignal,
): Promise<void> {
  const { project, subject, subjectCreated: created } = place;
  await check(false);
  // A PUT that changes nothing; the import service answers 200 to whoever may not write and puts the files aside (observed).
  await context.archive.createSubject(project, subject, signal);
  await remember(place, sendable, context);
  context.emit({ kind: 'subject', project, subject, created });
}

async function remember(
  place: StudyPlace,
  [first]: readonly SeriesToSend[],
  context: UploadContext,
): Promise<void> {
  if (first) await rememberPlace(first.task.plan, place, context);
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}

function warnLeftBehind(context: UploadContext, place: StudyPlace): void {
  context.warn(
    'LEFT_BEHIND',
    `Files were left in ${place.subject}/${place.experiment}: another program took that place while they were sent. ` +
      'They were sent again to the right place; ask a project owner to look at the old one.',
  );
}
