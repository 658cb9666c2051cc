import type { ErrorCode } from '../support/errors.js';
import { backoff, isOutage, type QueuePace } from './retries.js';

interface Known {
  readonly failures: number;
  readonly until: number;
  readonly answeredAt: number;
}

const unknown: Known = { failures: 0, until: 0, answeredAt: 0 };

/** Errors that say nothing of the server. */
const ofThisMachine: ReadonlySet<ErrorCode> = new Set([
  'CANCELLED',
  'LEASE_LOST',
  'DISK_FULL',
  'FILE_UNREADABLE',
  'STATE_UNREADABLE',
  'KEY_MISSING',
  'PASSPHRASE_WRONG',
  'SIGN_IN_REQUIRED',
  'USAGE',
  'INTERNAL',
]);

/** Which servers answer: an outage stops all jobs of its server, and one job finds out whether it is over. */
export class Servers {
  private readonly known = new Map<string, Known>();

  constructor(private readonly pace: QueuePace) {}

  /** How many jobs of the server may run now. */
  lanes(server: string, usual: number): number {
    const { failures, until } = this.of(server);
    if (failures === 0) return usual;
    return this.pace.now() < until ? 0 : 1;
  }

  /** Milliseconds since 1970 of the last good answer. */
  answeredAt(server: string): number {
    return this.of(server).answeredAt;
  }

  note(server: string, code: ErrorCode | undefined): void {
    if (code !== undefined && ofThisMachine.has(code)) return;
    const now = this.pace.now();
    if (code === undefined || !isOutage(code)) {
      this.known.set(server, { failures: 0, until: 0, answeredAt: now });
      return;
    }
    const { failures: before, answeredAt } = this.of(server);
    const failures = before + 1;
    this.known.set(server, { failures, until: now + backoff(failures, this.pace), answeredAt });
  }

  private of(server: string): Known {
    return this.known.get(server) ?? unknown;
  }
}
