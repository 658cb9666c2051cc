import type { FileStatus, SeriesPlace, Totals } from '../pipeline/types.js';
import type { DisposableLike } from '../support/disposable.js';
import type { ErrorCode } from '../support/errors.js';

export type JobState =
  | 'discovered'
  | 'waiting'
  | 'de-identifying'
  | 'sending'
  | 'confirming'
  | 'archived'
  | 'held'
  | 'failed'
  | 'cancelled';

/** How the data came; never names a path or a patient. */
export type JobOrigin =
  | { readonly kind: 'files' }
  | { readonly kind: 'received'; readonly callingAe: string }
  | { readonly kind: 'retrieved'; readonly node: string };

export interface JobFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly retryable: boolean;
}

/** One series of a job as it may be shown: server labels once they are known, numbers before. */
export interface QueuedSeries {
  /** Random or hashed name, stable for the life of the job. */
  readonly id: string;
  readonly study: string;
  readonly modality: string;
  readonly place?: SeriesPlace;
  readonly state: JobState;
  readonly instances: number;
  readonly done: number;
  readonly failure?: { readonly code: ErrorCode; readonly reason: string };
}

/** Files of a job that were not archived, counted by reason; no names. */
export interface RefusedCount {
  readonly status: FileStatus;
  readonly code: string;
  readonly reason: string;
  readonly count: number;
}

/** One job of the transfer queue as it may be shown and printed: no identifiers. */
export interface QueuedJob {
  readonly id: string;
  readonly origin: JobOrigin;
  readonly server: string;
  readonly user: string;
  readonly project: string;
  readonly profile: string;
  /** ISO 8601. */
  readonly created: string;
  readonly changed: string;
  readonly state: JobState;
  readonly paused: boolean;
  /** Whether a process works on it now. */
  readonly active: boolean;
  readonly attempts: number;
  /** ISO 8601; when it is tried again. */
  readonly nextAttempt?: string;
  readonly totals: Totals;
  readonly bytesTotal: number;
  /** Bytes per second while it is sent. */
  readonly speed?: number;
  readonly series: readonly QueuedSeries[];
  readonly refused: readonly RefusedCount[];
  readonly failure?: JobFailure;
  /** Names the receipt and the report in the state folder, once there are some. */
  readonly receipt?: string;
}

/** The durable transfer queue as views and commands see it. Ids that are not there are told by USAGE. */
export interface TransferQueue extends DisposableLike {
  jobs(): readonly QueuedJob[];
  onDidChange(listener: () => void): DisposableLike;
  /** Tries failed jobs and failed files again, now. */
  retry(ids?: readonly string[]): Promise<void>;
  /** Stops jobs; keeps all data. */
  cancel(ids: readonly string[]): Promise<void>;
  pause(ids?: readonly string[]): Promise<void>;
  resume(ids?: readonly string[]): Promise<void>;
  /** Lets held files go on to another look, after a person solved what held them. */
  release(ids: readonly string[]): Promise<void>;
  /** Forgets jobs for good, received data included. */
  discard(ids: readonly string[]): Promise<void>;
}
