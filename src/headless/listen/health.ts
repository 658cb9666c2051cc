import { needsSignIn } from '../../services/queue/retries.js';
import type { QueuedJob, UnreadableJob } from '../../services/queue/types.js';
import type { ReceptionStatus } from '../../services/reception/types.js';
import type { SpoolUse } from '../../services/spool/types.js';
import { toGiftCloudError, type GiftCloudError } from '../../services/support/errors.js';
import type { ServerState } from './serverAccess.js';

/** Everything that is known of a running gateway; no identifiers. */
export interface GatewayFacts {
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly started: number;
  readonly reception: ReceptionStatus;
  readonly hasLead: boolean;
  /** The error where the spool could not be read. */
  readonly spool: SpoolUse | GiftCloudError;
  /** Bytes that are free on the disk of the state; undefined where the system does not tell. */
  readonly diskFree: number | undefined;
  readonly server: ServerState;
  readonly jobs: readonly QueuedJob[];
  readonly unreadable: readonly UnreadableJob[];
  /** Jobs for a server or user that this process does not sign in as. */
  readonly foreign: number;
  /** Files that this process uploaded and proved. */
  readonly archived: number;
}

export interface Reason {
  /** `failing`: somebody has to act, or data can't come in. `warning`: look at it soon. */
  readonly level: 'failing' | 'warning';
  readonly code: string;
  readonly message: string;
}

export interface Health {
  readonly status: 'ok' | 'warning' | 'failing';
  readonly why: readonly Reason[];
}

/** An outage that is shorter than a restart of the server needs nobody. */
const patienceMs = 15 * 60_000;
/** Received data needs room in the spool; what is smaller than one large object is as good as full. */
const leastDiskFree = 2e9;
const nearlyFull = 0.8;

export function healthOf(facts: GatewayFacts): Health {
  const why = [...ofListener(facts), ...ofSpool(facts), ...ofServer(facts), ...ofJobs(facts)];
  const failing = why.some(({ level }) => level === 'failing');
  return { status: failing ? 'failing' : why.length > 0 ? 'warning' : 'ok', why };
}

function ofListener({ reception, hasLead }: GatewayFacts): readonly Reason[] {
  const { state, failure } = reception;
  if (state === 'listening') return [];
  if (failure) return [{ level: 'failing', code: failure.code, message: failure.message }];
  if (hasLead) return [{ level: 'failing', code: 'NOT_LISTENING', message: `The listener is ${state}.` }];
  const message = 'Another process runs the queue of this state folder; this one waits.';
  return [{ level: 'failing', code: 'NO_LEAD', message }];
}

function ofSpool({ spool, diskFree }: GatewayFacts): readonly Reason[] {
  const why: Reason[] = [];
  if (diskFree !== undefined && diskFree < leastDiskFree)
    why.push({
      level: 'failing',
      code: 'DISK_FULL',
      message: 'The disk of the state folder is nearly full.',
    });
  if (!('bytes' in spool)) {
    why.push({ level: 'failing', code: spool.code, message: spool.message });
    return why;
  }
  const { bytes, quota } = spool;
  if (quota === undefined || bytes < nearlyFull * quota) return why;
  const full = bytes >= quota;
  const message = `The quota of the spool is ${full ? 'used up' : 'nearly used up'}.`;
  return [...why, { level: full ? 'failing' : 'warning', code: 'QUOTA_FULL', message }];
}

function ofServer({ server: { failure, since }, now }: GatewayFacts): readonly Reason[] {
  if (failure === undefined || since === undefined) return [];
  const passes = failure.retryable && now - since < patienceMs;
  return [{ level: passes ? 'warning' : 'failing', code: failure.code, message: failure.message }];
}

function ofJobs({ jobs, unreadable, foreign }: GatewayFacts): readonly Reason[] {
  const why: Reason[] = [];
  // The look at the server may not have found it yet.
  const refused = jobs.find(({ state, failure }) => state === 'waiting' && failure && needsSignIn(failure));
  if (refused?.failure)
    why.push({ level: 'failing', code: refused.failure.code, message: refused.failure.message });
  for (const state of ['held', 'failed'] as const) {
    const count = jobs.filter((job) => job.state === state).length;
    if (count > 0)
      why.push({
        level: 'warning',
        code: `JOBS_${state.toUpperCase()}`,
        message: `Jobs that are ${state} and wait for a person: ${count}.`,
      });
  }
  if (foreign > 0) {
    const message = `Jobs for another server or user, which wait for a gateway that signs in there: ${foreign}.`;
    why.push({ level: 'warning', code: 'JOBS_OF_OTHERS', message });
  }
  if (unreadable.length > 0) {
    const message = `Entries of the queue that can not be read: ${unreadable.length}.`;
    why.push({ level: 'warning', code: 'STATE_UNREADABLE', message });
  }
  return why;
}

/** The use of a spool, or why it could not be read. */
export async function spoolUse(spool: { use(): Promise<SpoolUse> }): Promise<SpoolUse | GiftCloudError> {
  try {
    return await spool.use();
  } catch (error) {
    return toGiftCloudError(error);
  }
}
