import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeParts, syncFolder, writeFileAtomic } from '../support/atomicFile.js';
import { systemErrorCode } from '../support/errors.js';
import { removeLitter } from '../support/litter.js';
import { isDone, isStored, journalVersion, type JobOrder, type JobStatus } from './jobRecord.js';
import type { Fence } from './leases.js';
import type { RetrievedCounts } from './types.js';

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
      readonly retrieved?: RetrievedCounts;
      /** Whether a lease lies in its folder; whose, and whether it counts, `Leases` knows. */
      readonly leased: boolean;
    }
  | { readonly kind: 'unreadable'; readonly id: string; readonly why: 'newer' | 'damaged' };

/** Of a state folder. */
export function journalFolder(stateFolder: string): string {
  return join(stateFolder, 'queue');
}

const orderFile = 'order.json';
const statusFile = 'status.json';
const retrievedFile = 'retrieved.json';
const pausedFile = 'paused';
const wishFile: Readonly<Record<Wish, string>> = { cancel: 'cancel.wish', discard: 'discard.wish' };
const unfinished = '.part';
const forgotten = '.gone';

/** Times of folders are as coarse as 2 s on some file systems: what was read that soon after a change may be read again. */
const coarsestMs = 3000;
/** How late a list may see what another process does to an archived job: hardly anything is done to those. */
const archivedLookMs = 20_000;

/** A job as it was read, and when, in milliseconds of this process. */
interface Read {
  readonly stamp: string;
  /** When the folder was first seen with this stamp. */
  readonly seen: number;
  readonly at: number;
  readonly value: StoredJob | undefined;
  /** Until when a list may take it as it is. */
  readonly goodUntil?: number;
}

/**
 * The journal of the queue: a folder for each job with `order.json`, which never changes while there is something to do,
 * `status.json`, which only the holder of the job's lease replaces, `retrieved.json`, which a retrieval writes once, and marks
 * that anybody may set. Each file is written beside its place, synced and renamed. Nothing in them names a patient or a path: inputs are sealed.
 */
export class Journal {
  /** What was read: each change of a job changes its folder. Thousands that are done lie here for days. */
  private readonly known = new Map<string, Read>();

  constructor(
    readonly folder: string,
    private readonly settledMs = coarsestMs,
    private readonly archivedMs = archivedLookMs,
  ) {}

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
    const ids = names
      .filter((entry) => entry.isDirectory() && !entry.name.includes('.'))
      .map(({ name }) => name)
      .sort();
    const there = new Set(ids);
    for (const id of this.known.keys()) if (!there.has(id)) this.known.delete(id);
    return ids;
  }

  /** The job; undefined when it is not there. */
  async read(id: string): Promise<StoredJob | undefined> {
    const found = await stat(this.folderOf(id)).catch(() => undefined);
    if (found === undefined) return undefined;
    const stamp = `${found.mtimeMs} ${found.ino}`;
    const before = this.known.get(id);
    const same = before?.stamp === stamp ? before : undefined;
    const at = performance.now();
    if (same && same.at - same.seen > this.settledMs) {
      // Not all at the same time.
      const goodUntil = at + this.archivedMs * (0.5 + Math.random() / 2);
      if (isArchived(same.value)) this.known.set(id, { ...same, goodUntil });
      return same.value;
    }
    const value = await this.readNow(id);
    this.known.set(id, { stamp, seen: same?.seen ?? at, at, value });
    return value;
  }

  /** As `read`, for a list that is made every second: what others do to an archived job is seen some seconds later. */
  async readListed(id: string): Promise<StoredJob | undefined> {
    const { goodUntil = 0, value } = this.known.get(id) ?? {};
    return performance.now() < goodUntil ? value : this.read(id);
  }

  private async readNow(id: string): Promise<StoredJob | undefined> {
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
    const retrieved = files.includes(retrievedFile)
      ? await this.readFile(join(folder, retrievedFile))
      : undefined;
    return {
      kind: 'job',
      order,
      status: isDone(order) ? { ...status, state: 'archived' } : status,
      paused: files.includes(pausedFile),
      wishes: (['cancel', 'discard'] as const).filter((wish) => files.includes(wishFile[wish])),
      leased: files.some((name) => name.endsWith('.lease')),
      ...(isRetrieved(retrieved) && { retrieved }),
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
    await this.replace(order.id, orderFile, json(order), fence);
  }

  /** @throws LEASE_LOST, and those of the file system: then the status is as it was. */
  async writeStatus(id: string, status: JobStatus, fence: Fence): Promise<void> {
    await this.replace(id, statusFile, json(status), fence);
  }

  async noteRetrieved(id: string, retrieved: RetrievedCounts): Promise<void> {
    await writeFileAtomic(join(this.folderOf(id), retrievedFile), json(retrieved));
    this.known.delete(id);
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
    await removeLitter(this.folder, [unfinished, forgotten], olderThanMs);
  }

  /** Syncing takes its time, and its owner may sleep in it: whose turn it is, is read last of all. */
  /**
   * Deletes what an earlier holder of the lease wrote and did not rename: one that slept in between finds nothing to rename.
   * Called by whoever has taken the lease, before the job is read.
   */
  async removeUnfinished(id: string): Promise<void> {
    const isOfHolder = (name: string): boolean => name.startsWith(orderFile) || name.startsWith(statusFile);
    await removeParts(this.folderOf(id), isOfHolder);
  }

  private async replace(id: string, name: string, content: string, fence: Fence): Promise<void> {
    try {
      await writeFileAtomic(join(this.folderOf(id), name), content, 0o600, () => fence.check());
    } catch (error) {
      // Somebody has removed what we wrote.
      if (systemErrorCode(error) === 'ENOENT') await fence.check();
      throw error;
    }
    this.known.delete(id);
  }

  private async mark(id: string, name: string, there: boolean): Promise<void> {
    const path = join(this.folderOf(id), name);
    if (there) await writeFile(path, '', { mode: 0o600 });
    else await rm(path, { force: true });
    this.known.delete(id);
    await syncFolder(this.folderOf(id));
  }

  /** The parsed file, undefined where there is none that can be parsed. */
  private async readFile(path: string): Promise<unknown> {
    try {
      return JSON.parse(await readFile(path, 'utf8')) as unknown;
    } catch {
      return undefined;
    }
  }
}

function isArchived(value: StoredJob | undefined): boolean {
  return value?.kind === 'job' && value.status.state === 'archived' && !value.leased;
}

function isNewer(value: unknown): boolean {
  const { version } = (value ?? {}) as { readonly version?: unknown };
  return typeof version === 'number' && version > journalVersion;
}

function isRetrieved(value: unknown): value is RetrievedCounts {
  const { received, shortfalls } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return typeof received === 'number' && Array.isArray(shortfalls);
}

function json(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
