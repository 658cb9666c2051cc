import type { ErrorCode, GiftCloudError } from '../support/errors.js';

/** Time of the queue; tests bring their own. */
export interface QueuePace {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** 0 to 1. */
  readonly random: () => number;
  /** Between two looks at the folder. */
  readonly pollMs: number;
  /** Before the second attempt; doubles with each further one. */
  readonly firstRetryMs: number;
  readonly mostRetryMs: number;
  /** Between two notes of progress on the disk. */
  readonly progressMs: number;
}

export const defaultQueuePace: QueuePace = {
  now: () => Date.now(),
  random: () => Math.random(),
  pollMs: 1000,
  firstRetryMs: 5000,
  mostRetryMs: 15 * 60 * 1000,
  progressMs: 1000,
};

/** The server can't be spoken to: nothing of the job is to blame, all jobs of the server wait, for as long as it takes. */
const outage: ReadonlySet<ErrorCode> = new Set([
  'SERVER_UNREACHABLE',
  'SERVER_TIMEOUT',
  'SERVER_FULL',
  'CERTIFICATE_NOT_TRUSTED',
]);

/** May be better another time, but not for ever. */
const passing: ReadonlySet<ErrorCode> = new Set([
  'SERVER_ERROR',
  'SIGN_IN_REQUIRED',
  'UNEXPECTED_ANSWER',
  'WRITE_NOT_STORED',
  'MAPPING_CHANGED',
  'LABEL_RACE_LOST',
  'ARCHIVE_CONFLICT',
  'FILE_CHANGED',
  'DISK_FULL',
  'LEASE_LOST',
  'INTERNAL',
]);

/** Nothing of the job is to blame: it waits until somebody signs in anew, and nothing is sent with the sign-in that failed. */
const signIn: ReadonlySet<ErrorCode> = new Set(['SIGN_IN_REFUSED', 'SIGN_IN_REQUIRED', 'ACCOUNT_NOT_ACTIVE']);

/** How often a job is tried that fails for a reason which may pass: some hours. */
export const mostAttempts = 30;

export function isOutage(code: ErrorCode): boolean {
  return outage.has(code);
}

/** Whether a person has to sign in anew. A session that the server ended again and again (retryable) is renewed by itself. */
export function needsSignIn({ code, retryable }: Pick<GiftCloudError, 'code' | 'retryable'>): boolean {
  return signIn.has(code) && !retryable;
}

/** Whether another attempt makes sense after this many. */
export function mayPass(code: ErrorCode, attempts: number): boolean {
  return outage.has(code) || (passing.has(code) && attempts < mostAttempts);
}

/** Milliseconds until the next attempt: exponential, half of it random so that many do not come back at once. */
export function backoff(attempts: number, { firstRetryMs, mostRetryMs, random }: QueuePace): number {
  const whole = Math.min(mostRetryMs, firstRetryMs * 2 ** Math.max(0, attempts - 1));
  return whole * (0.5 + random() / 2);
}
