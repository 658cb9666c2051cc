import { toGiftCloudError } from '../support/errors.js';
import type { ConfirmedItem } from './confirm.js';
import type { UploadContext } from './context.js';
import type { RefusedInstance } from './group.js';
import type { SeriesTask } from './plannedSeries.js';
import type { ReceiptSeries } from './receipt.js';
import { endsTheRun } from './transient.js';
import type { MadePlaces, SeriesPlace } from './types.js';

/** What became of a series that was sent. */
export interface SeriesOutcome {
  readonly place: SeriesPlace;
  readonly made?: MadePlaces;
  readonly confirmed: readonly ConfirmedItem[];
  readonly refused: readonly RefusedInstance[];
}

/** Tells what became of every file, and of the series; gives its rows of the receipt. */
export function settleSeries(
  { row: { id } }: SeriesTask,
  { place, made, confirmed, refused }: SeriesOutcome,
  context: UploadContext,
): ReceiptSeries {
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
    ...(made && { made }),
    instances: confirmed.map(({ name, status: how, size, sha256, confirmed: proof }) => ({
      name,
      status: how,
      size,
      sha256,
      confirmed: proof,
    })),
  };
}

/** The last word on a series of which nothing was sent. */
export function settleUnsent(
  { row: { id } }: SeriesTask,
  refused: readonly RefusedInstance[],
  context: UploadContext,
): void {
  settleRefused(refused, context);
  tellRefused(id, refused, context);
}

/** The last word on a series that an error ended; one that ends the run is thrown again. */
export function settleFailed(
  { series, row: { id } }: SeriesTask,
  thrown: unknown,
  context: UploadContext,
): void {
  const error = toGiftCloudError(thrown);
  if (endsTheRun(error)) throw error;
  const status = heldCodes.has(error.code) ? 'held' : 'failed';
  context.logger.warn('a series failed', { code: error.code });
  for (const source of series.instances) {
    context.ledger.settle(source, { status, code: error.code, reason: error.message });
  }
  context.emit({ kind: 'seriesState', id, state: status, code: error.code, reason: error.message });
}

/** What a person has to decide. */
const heldCodes: ReadonlySet<string> = new Set(['PATIENT_AMBIGUOUS', 'WAITS_IN_PREARCHIVE']);

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
