import { isStillOurs, prepareSeries, type HashedSeries, type SeriesTarget } from '../subjects/seriesPlace.js';
import { lockKey } from '../subjects/archiveContext.js';
import { confirm } from './confirm.js';
import type { UploadContext } from './context.js';
import { isPlaceLost, PlaceLost, placesToTry } from './placeLost.js';
import type { SeriesTask } from './plannedSeries.js';
import type { ReceiptSeries } from './receipt.js';
import { rememberPlace } from './rememberPatients.js';
import { settleFailed, settleSeries, settleUnsent, type SeriesOutcome } from './seriesOutcome.js';
import { ResourceStore, type SeriesStore } from './seriesStore.js';
import { readAgain } from './transient.js';
import { SeriesUpload } from './upload.js';
import { namesIn, refusalsBeforeSending, wantedSeries } from './wantedSeries.js';

/**
 * One series from its files to its proof of arrival. Settles every file of it; gives the rows of the receipt, or
 * undefined when nothing of it could be sent.
 * Errors: only those that end the run.
 * @param Store how the files of the resource are found again.
 */
export async function uploadSeries(
  task: SeriesTask,
  context: UploadContext,
  signal: AbortSignal,
  Store = ResourceStore,
): Promise<ReceiptSeries | undefined> {
  try {
    context.emit({ kind: 'seriesState', id: task.row.id, state: 'de-identifying' });
    const refused = await refusalsBeforeSending(task, context, signal);
    if (refused === undefined)
      return settleSeries(task, await sendUntilOurs(task, Store, context, signal), context);
    context.ledger.advance(refused.length);
    settleUnsent(task, refused, context);
  } catch (error) {
    settleFailed(task, error, context);
  }
  return undefined;
}

/**
 * Prepares a place, sends, confirms, and reads the mapping once more. When the place went to somebody else meanwhile,
 * the job opens again and the data goes to the winner; what was left behind is reported.
 */
async function sendUntilOurs(
  task: SeriesTask,
  Store: typeof ResourceStore,
  context: UploadContext,
  signal: AbortSignal,
): Promise<SeriesOutcome> {
  const wanted = wantedSeries(task, context);
  for (let place = 1; ; place++) {
    const target = await prepareSeries(context, wanted, signal);
    try {
      return await context.locks.run(
        lockKey(context, JSON.stringify(target.path)),
        () => sendTo(target, new Store(context.archive, target.path, signal), wanted, task, context, signal),
        signal,
      );
    } catch (error) {
      if (!isPlaceLost(error) || place === placesToTry) throw error;
      context.logger.warn('a place was lost to another program', { scan: target.place.scan });
      if (error.dataSent) warnLeftBehind(context, target);
    }
  }
}

async function sendTo(
  target: SeriesTarget,
  store: SeriesStore,
  wanted: HashedSeries,
  task: SeriesTask,
  context: UploadContext,
  signal: AbortSignal,
): Promise<SeriesOutcome> {
  const { place } = target;
  const {
    plan: planned,
    series: { instances: sources },
    row: { id },
  } = task;
  const tell = (state: 'de-identifying' | 'sending' | 'confirming', done?: number): void =>
    context.emit({ kind: 'seriesState', id, state, place, ...(done !== undefined && { done }) });
  tell('de-identifying');
  let dataSent = false;
  const check = async (): Promise<void> => {
    const read = (): ReturnType<typeof context.archive.findSubjectByPseudonym> =>
      context.archive.findSubjectByPseudonym(context.project, wanted.pseudonym, signal);
    const tree = await readAgain(read, context.pace.resendMs, signal);
    if (!isStillOurs(tree, target, wanted)) throw new PlaceLost(dataSent);
    await rememberPlace(planned, place, context);
  };
  const beforeFirstByte = async (): Promise<void> => {
    await check();
    context.emit({
      kind: 'subject',
      project: place.project,
      subject: place.subject,
      created: target.made.subject !== undefined,
    });
    dataSent = true;
  };
  const onProgress = (done: number): void => tell('sending', done);
  const hooks = { beforeFirstByte, onProgress };
  const upload = new SeriesUpload(context, store, namesIn(place, task, context), hooks, signal);
  await upload.send(sources, target.empty ? new Map() : await upload.list());
  tell('confirming', sources.length);
  const confirmed = await confirm(upload, context);
  await check();
  return { place, made: target.made, confirmed, refused: upload.refused };
}

function warnLeftBehind(context: UploadContext, { place }: SeriesTarget): void {
  context.warn(
    'LEFT_BEHIND',
    `Files were left in ${place.subject}/${place.experiment}/${place.scan}: another program took that place while they were sent. ` +
      'They were sent again to the right place; ask a project owner to look at the old one.',
  );
}
