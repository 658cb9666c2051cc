import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder, writeFileAtomic } from '../support/atomicFile.js';
import { systemErrorCode } from '../support/errors.js';
import { isDone, isStored, journalVersion, type JobOrder, type JobStatus } from './jobRecord.js';
import type { Fence } from './leases.js';

/** Something that a person asked for while another process may be at work on the job. */
export type Wish = 'cancel' | 'discard';

/** A job as it lies on the disk. */
export type StoredJob =
  | {
      readonly kind: 'job';
      readonly order: JobOrder;
      readonly status: JobStatus;
      readonly paused: boolean;
      readonly wishes: readonly Wish[];
    }
  | { readonly kind: 'unreadable'; readonly id: string; readonly why: 'newer' | 'damaged' };

/** Of a state folder. */
export function journalFolder(stateFolder: string): string {
  return join(stateFolder, 'queue');
}

const orderFile = 'order.json';
const statusFile = 'status.json';
const pausedFile = 'paused';
const wishFile: Readonly<Record<Wish, string>> = { cancel: 'cancel.wish', discard: 'discard.wish' };
const unfinished = '.part';
const forgotten = '.gone';

/**
 * The journal of the queue: a folder for each job with `order.json`, which never changes while there is something to do,
 * `status.json`, which only the holder of the job's lease replaces, and marks that anybody may set. Each file is written
 * beside its place, synced and renamed. Nothing in them names a patient or a path: inputs are sealed.
 */
export class Journal {
  private readonly cache = new Map<string, { readonly stamp: string; readonly value: unknown }>();

  constructor(readonly folder: string) {}

  /** Makes the folder of the queue. Errors: those of the file system. */
  async open(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
  }

  /** A file whose time is that of the disk. */
  get clockFile(): string {
    return join(this.folder, 'clock');
  }

  folderOf(id: string): string {
    return join(this.folder, id);
  }

  async ids(): Promise<readonly string[]> {
    const names = await readdir(this.folder, { withFileTypes: true }).catch((error: unknown) => {
      if (systemErrorCode(error) === 'ENOENT') return [];
      throw error;
    });
    return names
      .filter((entry) => entry.isDirectory() && !entry.name.includes('.'))
      .map(({ name }) => name)
      .sort();
  }

  /** The job; undefined when it is not there. */
  async read(id: string): Promise<StoredJob | undefined> {
    const folder = this.folderOf(id);
    const files = await readdir(folder).catch((error: unknown) => {
      if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR') return undefined;
      throw error;
    });
    if (files === undefined) return undefined;
    const order = await this.readFile(join(folder, orderFile));
    const status = await this.readFile(join(folder, statusFile));
    if (isNewer(order) || isNewer(status)) return { kind: 'unreadable', id, why: 'newer' };
    if (!isStored(order, 'order') || !isStored(status, 'status')) {
      // Forgotten while we looked.
      if ((await stat(folder).catch(() => undefined)) === undefined) return undefined;
      return { kind: 'unreadable', id, why: 'damaged' };
    }
    return {
      kind: 'job',
      order,
      status: isDone(order) ? { ...status, state: 'archived' } : status,
      paused: files.includes(pausedFile),
      wishes: (['cancel', 'discard'] as const).filter((wish) => files.includes(wishFile[wish])),
    };
  }

  /** Makes a job appear, whole. */
  async add(order: JobOrder, status: JobStatus): Promise<void> {
    const part = `${this.folderOf(order.id)}.${randomBytes(4).toString('hex')}${unfinished}`;
    try {
      await mkdir(part, { recursive: true, mode: 0o700 });
      await writeFileAtomic(join(part, orderFile), json(order));
      await writeFileAtomic(join(part, statusFile), json(status));
      await rename(part, this.folderOf(order.id));
    } catch (error) {
      await rm(part, { recursive: true, force: true }).catch(() => undefined);
      throw error;
    }
    await syncFolder(this.folder);
  }

  /** Whether some job can only be done with the key that seals. */
  async holdsSealed(): Promise<boolean> {
    for (const id of await this.ids()) {
      const stored = await this.read(id);
      if (stored?.kind === 'job' && stored.order.inputs !== undefined) return true;
    }
    return false;
  }

  /** @throws LEASE_LOST, and those of the file system: then the order is as it was. */
  async writeOrder(order: JobOrder, fence: Fence): Promise<void> {
    await this.replace(join(this.folderOf(order.id), orderFile), json(order), fence);
  }

  /** @throws LEASE_LOST, and those of the file system: then the status is as it was. */
  async writeStatus(id: string, status: JobStatus, fence: Fence): Promise<void> {
    await this.replace(join(this.folderOf(id), statusFile), json(status), fence);
  }

  async setPaused(id: string, paused: boolean): Promise<void> {
    await this.mark(id, pausedFile, paused);
  }

  async setWish(id: string, wish: Wish, wished: boolean): Promise<void> {
    await this.mark(id, wishFile[wish], wished);
  }

  /** Forgets a job, in one step for whoever looks. */
  async remove(id: string): Promise<void> {
    const gone = `${this.folderOf(id)}.${randomBytes(4).toString('hex')}${forgotten}`;
    try {
      await rename(this.folderOf(id), gone);
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return;
      throw error;
    }
    await syncFolder(this.folder);
    await rm(gone, { recursive: true, force: true });
  }

  /** Deletes what a killed process left of jobs that never began or were forgotten. Only the leader of the queue calls it. */
  async sweep(olderThanMs: number): Promise<void> {
    for (const name of await readdir(this.folder).catch(() => [])) {
      if (!name.endsWith(unfinished) && !name.endsWith(forgotten)) continue;
      const path = join(this.folder, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
      if (Date.now() - mtimeMs > olderThanMs) await rm(path, { recursive: true, force: true });
    }
  }

  /** Syncing takes its time, and its owner may sleep in it: whose turn it is, is read last of all. */
  private replace(path: string, content: string, fence: Fence): Promise<void> {
    return writeFileAtomic(path, content, 0o600, () => fence.check());
  }

  private async mark(id: string, name: string, there: boolean): Promise<void> {
    const path = join(this.folderOf(id), name);
    if (there) await writeFile(path, '', { mode: 0o600 });
    else await rm(path, { force: true });
    await syncFolder(this.folderOf(id));
  }

  /** The parsed file, undefined where there is none that can be parsed. Read again only when it changed. */
  private async readFile(path: string): Promise<unknown> {
    try {
      const { mtimeMs, size, ino } = await stat(path);
      const stamp = `${mtimeMs} ${size} ${ino}`;
      const known = this.cache.get(path);
      if (known?.stamp === stamp) return known.value;
      const value: unknown = JSON.parse(await readFile(path, 'utf8'));
      this.cache.set(path, { stamp, value });
      return value;
    } catch {
      this.cache.delete(path);
      return undefined;
    }
  }
}

function isNewer(value: unknown): boolean {
  const { version } = (value ?? {}) as { readonly version?: unknown };
  return typeof version === 'number' && version > journalVersion;
}

function json(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
