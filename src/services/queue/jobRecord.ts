import type { Profile } from '../deid/profiles/profile.js';
import { noFiles } from '../pipeline/fileCounts.js';
import type { JobOrigin, JobState, QueuedJob } from './types.js';

/** Of the files of the journal; a program never touches those of a newer one. */
export const journalVersion = 1;

/** What is to be done. Server labels and settings; what could name a patient is sealed. */
export interface JobOrder {
  readonly version: typeof journalVersion;
  readonly id: string;
  readonly origin: JobOrigin;
  readonly server: string;
  readonly user: string;
  readonly project: string;
  readonly profile: Profile;
  readonly subjectPrefix?: string;
  /** A label of the server. */
  readonly expectedSubject?: string;
  /** ISO 8601. */
  readonly created: string;
  /** Paths of the inputs as sealed JSON; taken out when there is nothing left to do. */
  readonly inputs?: string;
  /** What a person agreed to send, as sealed JSON of hashes; absent where nobody was asked. Goes with the inputs. */
  readonly reviewed?: string;
}

/**
 * Whether an order says by itself that everything is archived: only then the inputs are taken out. A status that an owner
 * wrote who woke up old says nothing against it.
 */
export function isDone({ origin, inputs }: JobOrder): boolean {
  return origin.kind === 'files' && inputs === undefined;
}

/** How far it is. */
export interface JobStatus extends Pick<
  QueuedJob,
  | 'state'
  | 'changed'
  | 'attempts'
  | 'nextAttempt'
  | 'totals'
  | 'bytesTotal'
  | 'speed'
  | 'series'
  | 'refused'
  | 'failure'
  | 'receipt'
> {
  readonly version: typeof journalVersion;
  /** Of the last run that counted, for fairness: 0 when nothing is known. */
  readonly instances: number;
  /** ISO 8601; when a person was warned that retention will remove the data. */
  readonly warned?: string;
}

export function newStatus(state: JobState, instances: number, bytesTotal: number, now: string): JobStatus {
  return {
    ...{
      version: journalVersion,
      state,
      changed: now,
      attempts: 0,
      totals: { files: 0, ...noFiles, bytesSent: 0 },
    },
    ...{ instances, bytesTotal, series: [], refused: [] },
  };
}

/** States in which nothing is left to do. */
export function isFinished(state: JobState): boolean {
  return state === 'archived' || state === 'held' || state === 'failed' || state === 'cancelled';
}

export function isStored(value: unknown, what: 'order'): value is JobOrder;
export function isStored(value: unknown, what: 'status'): value is JobStatus;
export function isStored(value: unknown, what: 'order' | 'status'): boolean {
  if (value === null || typeof value !== 'object') return false;
  const fields = value as Readonly<Record<string, unknown>>;
  const needed: Readonly<Record<string, string>> = what === 'order' ? orderFields : statusFields;
  return Object.entries(needed).every(
    ([name, type]) => typeof fields[name] === type && fields[name] !== null,
  );
}

const orderFields = {
  version: 'number',
  id: 'string',
  origin: 'object',
  server: 'string',
  user: 'string',
  project: 'string',
  profile: 'object',
  created: 'string',
};

const statusFields = {
  version: 'number',
  state: 'string',
  changed: 'string',
  attempts: 'number',
  totals: 'object',
  instances: 'number',
  bytesTotal: 'number',
  series: 'object',
  refused: 'object',
};
