import { isStillOurs, prepareSeries, type HashedSeries, type SeriesTarget } from '../subjects/seriesPlace.js';
import { lockKey } from '../subjects/archiveContext.js';
import { GiftCloudError, toGiftCloudError } from '../support/errors.js';
import { xsiTypesFor } from '../xnat/sessionTypes.js';
import { confirm, type ConfirmedItem } from './confirm.js';
import type { UploadContext } from './context.js';
import { archivedUnderEarlierNames, isArchivedUnderEarlierNames } from './earlierNames.js';
import type { RefusedInstance } from './group.js';
import { plannedUid } from './pseudonymise.js';
import type { ReceiptSeries } from './receipt.js';
import { rememberPlace } from './rememberPatients.js';
import { refusalsIfUnsendable } from './sendable.js';
import { endsTheRun, readAgain } from './transient.js';
import { seriesIdentity } from './seriesIdentity.js';
import type { SeriesTask } from './plannedSeries.js';
import type { PlannedStudy, SourceSeries } from './types.js';
import { SeriesUpload } from './upload.js';

/** How often a place may turn out to belong to somebody else before the series gives up. */
const placesToTry = 5;

interface SeriesOutcome {
  readonly target: SeriesTarget;
  readonly confirmed: readonly ConfirmedItem[];
  readonly refused: readonly RefusedInstance[];
}

/**
 * One series from its files to its proof of arrival. Settles every file of it; gives the rows of the receipt, or
 * undefined when nothing of it could be sent.
 * Errors: only those that end the run.
 */
export async function uploadSeries(
  task: SeriesTask,
  context: UploadContext,
  signal: AbortSignal,
): Promise<ReceiptSeries | undefined> {
  const { plan, series, row } = task;
  const { id } = row;
  try {
    context.emit({ kind: 'seriesState', id, state: 'de-identifying' });
    const refused = await refusalsBeforeSending(plan, series, context, signal);
    if (refused !== undefined) {
      settleRefused(refused, context);
      context.ledger.advance(refused.length);
      tellRefused(id, refused, context);
      return undefined;
    }
    return await finish(task, await sendUntilOurs(task, context, signal), context);
  } catch (thrown) {
    const error = toGiftCloudError(thrown);
    if (endsTheRun(error)) throw error;
    const status = error.code === 'PATIENT_AMBIGUOUS' ? 'held' : 'failed';
    context.logger.warn('a series failed', { code: error.code });
    for (const source of series.instances) {
      context.ledger.settle(source, { status, code: error.code, reason: error.message });
    }
    context.emit({ kind: 'seriesState', id, state: status, code: error.code, reason: error.message });
    return undefined;
  }
}

/** What must not be sent, found out before anything is made on the server; undefined when something may be. */
async function refusalsBeforeSending(
  planned: PlannedStudy,
  series: SourceSeries,
  context: UploadContext,
  signal: AbortSignal,
): Promise<readonly RefusedInstance[] | undefined> {
  if (await isArchivedUnderEarlierNames(planned.study, series, context, signal)) {
    return series.instances.map((instance) => ({ instance, refusal: archivedUnderEarlierNames }));
  }
  return refusalsIfUnsendable(series.instances, planned, context, signal);
}

/**
 * Prepares a place, sends, confirms, and reads the mapping once more. When the place went to somebody else meanwhile,
 * the job opens again and the data goes to the winner; what was left behind is reported.
 */
async function sendUntilOurs(
  task: SeriesTask,
  context: UploadContext,
  signal: AbortSignal,
): Promise<SeriesOutcome> {
  const { plan: planned, series } = task;
  const types = xsiTypesFor(series.sopClassUid, series.modality);
  const namesIssuer = context.names.scheme.name === 'keyed' && planned.study.issuer !== '' && !planned.own;
  const wanted: HashedSeries = {
    pseudonym: planned.pseudonym,
    ...(namesIssuer && { withoutIssuer: context.names.pseudonym({ ...planned.study, issuer: '' }) }),
    studyUid: planned.studyUid,
    seriesUid: plannedUid(planned, series.seriesInstanceUid, context.names),
    sessionType: types.session,
    scanType: types.scan,
    expectedSubject: context.expectedSubject,
  };
  for (let place = 1; ; place++) {
    const target = await prepareSeries(context, wanted, signal);
    try {
      return await context.locks.run(
        lockKey(context, JSON.stringify(target.path)),
        () => sendTo(target, wanted, task, context, signal),
        signal,
      );
    } catch (error) {
      if (!(error instanceof PlaceLost) || place === placesToTry) throw error;
      context.logger.warn('a place was lost to another program', { scan: target.place.scan });
      if (error.dataSent) warnLeftBehind(context, target);
    }
  }
}

async function sendTo(
  target: SeriesTarget,
  wanted: HashedSeries,
  { plan: planned, series: { instances: sources }, row: { id } }: SeriesTask,
  context: UploadContext,
  signal: AbortSignal,
): Promise<SeriesOutcome> {
  const { place } = target;
  const { dateOffsetDays, own } = planned;
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
  const whom = {
    identity: {
      patientName: place.subject,
      patientId: place.experiment,
      // The stock script of the site; others write what they write.
      ...(context.scripts.length === 0 && { studyDescription: place.project }),
    },
    series: seriesIdentity(sources),
    ...(dateOffsetDays !== undefined && { dateOffsetDays }),
    ...(own && { own }),
  };
  const beforeFirstByte = async (): Promise<void> => {
    await check();
    context.emit({
      kind: 'subject',
      project: place.project,
      subject: place.subject,
      created: target.subjectCreated,
    });
    dataSent = true;
  };
  const onProgress = (done: number): void => tell('sending', done);
  const upload = new SeriesUpload(context, target, whom, { beforeFirstByte, onProgress }, signal);
  await upload.send(sources, target.empty ? new Map() : await upload.list());
  tell('confirming', sources.length);
  const confirmed = await confirm(upload, context);
  await check();
  return { target, confirmed, refused: upload.refused };
}

/** Tells what became of every file, and of the series. */
async function finish(
  { row: { id } }: SeriesTask,
  { target, confirmed, refused }: SeriesOutcome,
  context: UploadContext,
): Promise<ReceiptSeries> {
  const { place } = target;
  settleRefused(refused, context);
  const output = `${place.subject}/${place.experiment}/${place.scan}`;
  for (const { source, name, status, counts, confirmed: how } of confirmed) {
    context.ledger.settle(source, { status, output: `${output}/${name}`, confirmed: how, counts });
  }
  const failure = refused.find(({ refusal }) => refusal.status === 'failed')?.refusal;
  const status = failure
    ? 'failed'
    : confirmed.every((item) => item.status === 'present')
      ? 'present'
      : 'archived';
  context.emit({
    kind: 'series',
    id,
    place,
    status,
    instances: confirmed.length,
    ...(failure && { code: failure.code, reason: failure.reason }),
  });
  if (confirmed.length === 0 && !failure) tellRefused(id, refused, context);
  return {
    place,
    status,
    ...(failure && { code: failure.code }),
    instances: confirmed.map(({ name, size, sha256, confirmed: how }) => ({
      name,
      size,
      sha256,
      confirmed: how,
    })),
  };
}

/** The last word on a series of which nothing was sent. */
function tellRefused(id: string, refused: readonly RefusedInstance[], context: UploadContext): void {
  const refusals = refused.map(({ refusal }) => refusal);
  const refusal =
    refusals.find(({ status }) => status === 'held') ??
    refusals.find(({ status }) => status === 'failed') ??
    refusals[0];
  if (refusal === undefined) return;
  const { status, code, reason } = refusal;
  // What the server's scripts reject is not for us, and nothing went wrong.
  const state = status === 'skipped' ? 'cancelled' : status;
  context.emit({ kind: 'seriesState', id, state, code, reason });
}

function settleRefused(refused: readonly RefusedInstance[], context: UploadContext): void {
  for (const { instance, refusal } of refused) context.ledger.settle(instance, refusal);
}

function warnLeftBehind(context: UploadContext, { place }: SeriesTarget): void {
  context.warn(
    'LEFT_BEHIND',
    `Files were left in ${place.subject}/${place.experiment}/${place.scan}: another program took that place while they were sent. ` +
      'They were sent again to the right place; ask a project owner to look at the old one.',
  );
}

class PlaceLost extends GiftCloudError {
  constructor(readonly dataSent: boolean) {
    super('MAPPING_CHANGED', 'The place of a series on the server went to another program.', {
      hint: 'Repeat the action when fewer uploads run at the same time.',
      retryable: true,
    });
  }
}
