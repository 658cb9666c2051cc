import { randomBytes } from 'node:crypto';
import { open, readFile, readdir, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GiftCloudError, systemErrorCode, toGiftCloudError } from '../support/errors.js';

export interface LeasePace {
  /** Without a heartbeat for this long the work is free for others. */
  readonly ttlMs: number;
  readonly beatMs: number;
}

export const defaultLeasePace: LeasePace = { ttlMs: 15_000, beatMs: 3000 };

/** Says that somebody has the right to do something, and is stopped once he has not. */
export interface Fence {
  /** Reads again whose turn it is; called before each write. @throws LEASE_LOST */
  check(): Promise<void>;
}

/**
 * Leases of one process on the work of one state folder: files `NAME-NUMBER.lease` with a random token, touched by a
 * heartbeat. Taking over makes the file with the next number, which only one can do; the highest number owns. Process ids
 * prove nothing across containers, and a suspended owner wakes up old: it finds a higher number, or its own file gone.
 */
export class Leases {
  /** When this process first saw a lease as it is now: judges those whose time is in the future. */
  private readonly seen = new Map<string, { readonly mtimeMs: number; readonly since: number }>();

  constructor(
    /** A file in the state folder whose time is that of the disk: clocks of machines that share it differ. */
    private readonly clockFile: string,
    private readonly pace: LeasePace = defaultLeasePace,
  ) {}

  /** Takes the lease of this name in a folder; undefined while somebody else has it, or where the folder went. @throws DISK_FULL, FILE_UNREADABLE */
  async acquire(folder: string, name: string): Promise<Lease | undefined> {
    const top = await highest(folder, name);
    if (top > 0 && !(await this.isExpired(fileOf(folder, name, top)))) return undefined;
    const number = top + 1;
    const token = randomBytes(16).toString('hex');
    const path = fileOf(folder, name, number);
    try {
      await writeFile(path, token, { flag: 'wx', mode: 0o600 });
    } catch (error) {
      if (systemErrorCode(error) === 'EEXIST' || systemErrorCode(error) === 'ENOENT') return undefined;
      // On a full disk there is a file now, and nobody's.
      await unlink(path).catch(() => undefined);
      throw toGiftCloudError(error);
    }
    // Numbers begin anew after a release, which may have met a take-over.
    if ((await highest(folder, name)) !== number) {
      await unlink(path).catch(() => undefined);
      return undefined;
    }
    await removeBelow(folder, name, number);
    return new Lease(folder, name, number, token, this.pace.beatMs);
  }

  /** Whether somebody, this process too, works under this lease. */
  async isHeld(folder: string, name: string): Promise<boolean> {
    const top = await highest(folder, name);
    return top > 0 && !(await this.isExpired(fileOf(folder, name, top)));
  }

  private async isExpired(path: string): Promise<boolean> {
    let mtimeMs: number;
    let now: number;
    try {
      ({ mtimeMs } = await stat(path));
      now = await this.diskTime();
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return true;
      throw error;
    }
    const known = this.seen.get(path);
    const since = known?.mtimeMs === mtimeMs ? known.since : performance.now();
    this.seen.set(path, { mtimeMs, since });
    return now - mtimeMs > this.pace.ttlMs || performance.now() - since > this.pace.ttlMs;
  }

  private async diskTime(): Promise<number> {
    await writeFile(this.clockFile, '', { mode: 0o600 });
    return (await stat(this.clockFile)).mtimeMs;
  }
}

/** One lease that was taken. Ends by `release`, or when somebody else took over. */
export class Lease implements Fence {
  private readonly ended = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private readonly path: string;
  private beatAt = Date.now();

  constructor(
    private readonly folder: string,
    private readonly name: string,
    private readonly number: number,
    private readonly token: string,
    private readonly beatMs: number,
  ) {
    this.path = fileOf(folder, name, number);
    this.timer = setInterval(() => void this.beat().catch(() => undefined), beatMs);
    this.timer.unref();
  }

  /** Fires when the lease went to somebody else. */
  get lost(): AbortSignal {
    return this.ended.signal;
  }

  async check(): Promise<void> {
    if (this.ended.signal.aborted) throw leaseLost();
    // After a sleep: nobody must take over between this look and the write that follows.
    if (Math.abs(Date.now() - this.beatAt) > 2 * this.beatMs) await this.beat();
    await this.look();
  }

  async release(): Promise<void> {
    clearInterval(this.timer);
    if (this.ended.signal.aborted) return;
    if (await this.isMine().catch(() => false)) await unlink(this.path).catch(() => undefined);
  }

  private async beat(): Promise<void> {
    try {
      const file = await open(this.path, 'r+');
      try {
        await file.write(this.token, 0);
      } finally {
        await file.close();
      }
      this.beatAt = Date.now();
    } catch (error) {
      // A full or slow disk takes the lease from nobody.
      if (systemErrorCode(error) !== 'ENOENT') return;
    }
    await this.look();
  }

  /** @throws LEASE_LOST */
  private async look(): Promise<void> {
    if (await this.isMine()) return;
    clearInterval(this.timer);
    this.ended.abort(leaseLost());
    throw leaseLost();
  }

  private async isMine(): Promise<boolean> {
    const token = await readFile(this.path, 'utf8').catch((error: unknown) => {
      if (systemErrorCode(error) === 'ENOENT') return undefined;
      throw error;
    });
    return token === this.token && (await highest(this.folder, this.name)) === this.number;
  }
}

export function leaseLost(): GiftCloudError {
  return new GiftCloudError('LEASE_LOST', 'Another process took over the work of this one.', {
    hint: 'It goes on there; look into the transfer queue.',
    retryable: true,
  });
}

function fileOf(folder: string, name: string, number: number): string {
  return join(folder, `${name}-${number}.lease`);
}

async function numbersOf(folder: string, name: string): Promise<readonly number[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  });
  return names.flatMap((file) => {
    const [, owner, number] = /^(.+)-(\d{1,9})\.lease$/.exec(file) ?? [];
    return owner === name ? [Number(number)] : [];
  });
}

async function highest(folder: string, name: string): Promise<number> {
  return Math.max(0, ...(await numbersOf(folder, name)));
}

async function removeBelow(folder: string, name: string, number: number): Promise<void> {
  for (const older of await numbersOf(folder, name)) {
    if (older < number) await unlink(fileOf(folder, name, older)).catch(() => undefined);
  }
}
