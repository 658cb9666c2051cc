import type { UploadRequest } from '../createServices.js';
import type { AskWhoIsWho, FileStatus, PipelineEvent, SeriesPlace, Totals } from '../pipeline/types.js';
import type { DisposableLike } from '../support/disposable.js';
import type { ErrorCode } from '../support/errors.js';
import type { Archive } from '../xnat/archive.js';

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
  /** Number of its study within the job, the same for all its series: rows are grouped by it. */
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

/** What a retrieval from a PACS brought before the job began; no identifiers. */
export interface RetrievedCounts {
  /** Undefined where the PACS does not tell. */
  readonly expected?: number;
  readonly received: number;
  /** What did not come, by reason. */
  readonly shortfalls: readonly {
    readonly code: string;
    readonly reason: string;
    readonly count: number;
  }[];
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
  /** Of a retrieval, once it ended. */
  readonly retrieved?: RetrievedCounts;
}

/** An entry of the journal that this version can't read. It is kept as it is, and nothing is done with it. */
export interface UnreadableJob {
  readonly id: string;
  /** A newer version of the program wrote it, or it is damaged. */
  readonly why: 'newer' | 'damaged';
}

/** Data that a person should look at before a setting lets it go. */
export interface RetentionWarning {
  readonly job: string;
  /** ISO 8601. */
  readonly removedAfter: string;
}

/** Who signs in for the jobs that run in the background: undefined where nobody is signed in there. */
export type ArchiveSource = (server: string, user: string) => Promise<Archive | undefined>;

/** The right to run jobs in the background and to bind the listener's port; one process at a time has it. */
export interface QueueLead {
  /** Fires when another process took over: whatever rests on the lead has to stop. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

export interface ToldOfJob {
  readonly job: string;
  readonly event: Exclude<PipelineEvent, { readonly kind: 'file' }>;
}

export interface QueueSettings {
  /** Jobs of one server that run at the same time; one of them is kept for small ones. */
  readonly jobsPerServer: number;
  /** How long jobs that are done stay in the list. */
  readonly keepFinishedMs: number;
  /** Received data is sent when nothing has come for this long, if its association stays open. */
  readonly quietMs: number;
  /** How long received data that was held, failed or cancelled is kept for a person; undefined is for ever. */
  readonly retentionMs: number | undefined;
  /** How long before that somebody is warned. */
  readonly retentionWarningMs: number;
}

/** The durable transfer queue as views and commands see it. Ids that are not there are told by USAGE. */
export interface TransferQueue extends DisposableLike {
  /** As they were read last; `refresh` reads them now. While somebody listens they are read every second. */
  jobs(): readonly QueuedJob[];
  unreadable(): readonly UnreadableJob[];
  refresh(): Promise<void>;
  onDidChange(listener: () => void): DisposableLike;
  onDidWarn(listener: (warning: RetentionWarning) => void): DisposableLike;
  /** The lead, as soon as nobody else has it. @throws CANCELLED */
  lead(signal?: AbortSignal): Promise<QueueLead>;
  /** Whether another process, or this one, has the lead. */
  isLed(): Promise<boolean>;
  /**
   * Runs jobs in the background until the signal fires or the lead is lost. Jobs that run then may end by themselves for
   * `drainMs` (none by default), and are stopped so that whoever comes next goes on with them.
   */
  work(archives: ArchiveSource, lead: QueueLead, signal: AbortSignal, drainMs?: number): Promise<void>;
  /** What uploads tell, of all jobs that this process runs; without the events of single files, which name paths. */
  onDidTell(listener: (told: ToldOfJob) => void): DisposableLike;
  /** From now on. */
  configure(settings: Partial<QueueSettings>): void;
  /** Puts an upload into the queue that nobody waits for. Gives the id of the job. Errors: those of the file system, KEY_MISSING. */
  add(to: { readonly server: string; readonly user: string }, request: UploadRequest): Promise<string>;
  /**
   * Makes a job of what a retrieval brings, without waiting for whoever leads the queue. @param folder of the spool, the id of
   * the job @param retrieved what became of the retrieval, once it ended: from then on the job waits for its turn
   */
  takeIn(folder: string, retrieved?: RetrievedCounts): Promise<void>;
  /** Runs one job now, to the end of one attempt. @throws what the upload throws; USAGE when somebody else works on it. */
  run(id: string, archive: Archive, signal?: AbortSignal): AsyncIterable<PipelineEvent>;
  /** Tries failed jobs and failed files again, now. */
  retry(ids?: readonly string[]): Promise<void>;
  /** Stops jobs; keeps all data. */
  cancel(ids: readonly string[]): Promise<void>;
  pause(ids?: readonly string[]): Promise<void>;
  resume(ids?: readonly string[]): Promise<void>;
  /**
   * Lets held files go on to another look, after a person solved what held them. @param whoIsWho asks a person whose they are, if it is
   * this process that runs the jobs next
   */
  release(ids: readonly string[], whoIsWho?: AskWhoIsWho): Promise<void>;
  /** Forgets jobs for good, received data included. */
  discard(ids: readonly string[]): Promise<void>;
}
