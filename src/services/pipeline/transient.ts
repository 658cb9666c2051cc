import { delay } from '../support/abortableDelay.js';
import { GiftCloudError, throwIfAborted, type ErrorCode } from '../support/errors.js';

const passing: ReadonlySet<ErrorCode> = new Set([
  'SERVER_UNREACHABLE',
  'SERVER_TIMEOUT',
  'SERVER_ERROR',
  'UNEXPECTED_ANSWER',
]);

/** Whether the server may answer the same request better in a moment. */
export function isTransient(error: unknown): boolean {
  return GiftCloudError.is(error) && passing.has(error.code);
}

/** Errors that the next series would meet as well: they end the run. Everything else concerns one series. */
export function endsTheRun(error: GiftCloudError): boolean {
  return !seriesOnly.has(error.code);
}

const seriesOnly: ReadonlySet<ErrorCode> = new Set([
  'WRITE_NOT_STORED',
  'MAPPING_CHANGED',
  'LABEL_RACE_LOST',
  'PATIENT_AMBIGUOUS',
  'WAITS_IN_PREARCHIVE',
  'ARCHIVE_CONFLICT',
  'SERVER_ERROR',
  'UNEXPECTED_ANSWER',
  'FILE_CHANGED',
  'FILE_UNREADABLE',
]);

/** Reads again when the server stumbles: after data was sent, one bad answer must not hide what arrived. */
export async function readAgain<T>(
  read: () => Promise<T>,
  waitMs: number,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read();
    } catch (error) {
      throwIfAborted(signal);
      if (attempt === 3 || !isTransient(error)) throw error;
      await delay(Math.random() * waitMs, signal);
    }
  }
}
