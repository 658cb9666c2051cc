import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Sealer } from '../queue/jobStore.js';
import { leaseLost, type Leases } from '../queue/leases.js';
import type { ReceivedFolder } from '../queue/received.js';
import { syncFolder } from '../support/atomicFile.js';
import { delay } from '../support/abortableDelay.js';
import type { DisposableLike } from '../support/disposable.js';
import { GiftCloudError, systemErrorCode, toGiftCloudError } from '../support/errors.js';
import { removeLitter } from '../support/litter.js';
import type { Logger } from '../support/logger.js';
import { readDestination, writeDestination, type FolderRecord } from './destinationFile.js';
import { FolderContents } from './folderContents.js';
import { OpenFolder } from './openFolder.js';
import { recoverParts } from './recoverParts.js';
import type { SpoolKeys } from './spoolKeys.js';
import { folderIds, placesOf } from './spoolPlaces.js';

const writerLease = 'writer';
const unfinished = '.part';
const gone = '.gone';
const litterMs = 60 * 60 * 1000;
/** An empty folder may be one that was made a moment ago. */
const emptyMs = 60 * 1000;
/** A lease of somebody who looks after a folder for a moment is waited for. */
const leaseTries = 40;
const leaseWaitMs = 50;

interface KnownFolder {
  readonly record: FolderRecord;
  readonly contents: FolderContents;
  /** Nothing that a dead process left is in it. */
  isTidy: boolean;
}

export interface FolderTools {
  readonly root: string;
  readonly leases: Leases;
  readonly sealer: Sealer;
  /** @throws KEY_MISSING */
  readonly keys: () => Promise<SpoolKeys>;
  readonly logger: Logger;
}

/** The folders of the spool on the disk, those of other processes too. Errors of all calls: those of the file system, KEY_MISSING. */
export class SpoolFolders implements DisposableLike {
  private readonly known = new Map<string, KnownFolder>();
  private readonly opened = new Map<string, OpenFolder>();
  private readonly reported = new Set<string>();
  private listing: Promise<readonly ReceivedFolder[]> | undefined;
  private litterGone = false;

  constructor(private readonly tools: FolderTools) {}

  /** All folders as they are now. Calls that meet share one look. */
  list(): Promise<readonly ReceivedFolder[]> {
    this.listing ??= this.listNow().finally(() => (this.listing = undefined));
    return this.listing;
  }

  /** One folder as it is now; undefined when it is not there. */
  async one(id: string): Promise<ReceivedFolder | undefined> {
    const known = await this.know(id);
    if (known === undefined) return undefined;
    if (!(await known.contents.refresh())) {
      this.known.delete(id);
      return undefined;
    }
    const open = await this.isOpen(id);
    if (open) known.isTidy = false;
    else if (!known.isTidy) await this.tidyOrTell(id, known);
    const { count: instances, bytes, lastArrival } = known.contents;
    return { ...known.record, id, instances, bytes, lastArrival, open };
  }

  /** Bytes of all objects, as they were counted last. */
  get bytes(): number {
    return [...this.known.values()].reduce((sum, { contents }) => sum + contents.bytes, 0);
  }

  contentsOf(id: string): FolderContents | undefined {
    return this.known.get(id)?.contents;
  }

  /** Whether an instance, told by its keyed name, lies in some folder, as it was counted last. */
  holds(instance: string): boolean {
    return [...this.known.values()].some(({ contents }) => contents.of(instance).length > 0);
  }

  /** Opens a folder to write into, which is made if it is not there. Durable, with its destination, when this resolves. */
  async open(record: FolderRecord, id: string = randomUUID()): Promise<OpenFolder> {
    const places = placesOf(this.tools.root, id);
    for (let tries = 0; tries < leaseTries; tries++) {
      if (!(await exists(places.folder))) await this.create(id, record);
      const lease = await this.tools.leases.acquire(places.folder, writerLease);
      const known = lease && (await this.know(id));
      if (lease && known) {
        const folder = new OpenFolder(id, places, known.contents, lease);
        this.opened.set(id, folder);
        return folder;
      }
      await lease?.release();
      await delay(leaseWaitMs);
    }
    throw leaseLost();
  }

  /** Ends writing into a folder; one in which nothing lies goes. */
  async close(folder: OpenFolder): Promise<void> {
    if (folder.isUsable) {
      if (await isEmpty(folder)) await this.remove(folder.id);
    }
    if (this.opened.get(folder.id) === folder) this.opened.delete(folder.id);
    await folder.close();
  }

  /** Takes a folder away in which nothing lies, unless somebody writes into it. */
  async removeIfEmpty(id: string): Promise<void> {
    await this.withLease(id, async () => {
      const contents = this.contentsOf(id);
      if (contents && (await isEmpty({ places: placesOf(this.tools.root, id), contents })))
        await this.remove(id);
    });
  }

  /** Deletes a folder with all that is in it, in one step for whoever looks. */
  async remove(id: string): Promise<void> {
    const { root } = this.tools;
    const { folder } = placesOf(root, id);
    const away = `${folder}.${randomBytes(4).toString('hex')}${gone}`;
    this.known.delete(id);
    this.opened.get(id)?.markRemoved();
    try {
      await rename(folder, away);
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return;
      throw error;
    }
    await syncFolder(root);
    await rm(away, { recursive: true, force: true });
  }

  /** Lets go of what this process writes into. */
  dispose(): void {
    for (const folder of this.opened.values()) void folder.close().catch(() => undefined);
    this.opened.clear();
  }

  private async listNow(): Promise<readonly ReceivedFolder[]> {
    const { root } = this.tools;
    if (!this.litterGone) await removeLitter(root, [unfinished, gone], litterMs);
    this.litterGone = true;
    const ids = await folderIds(root);
    for (const id of this.known.keys()) if (!ids.includes(id)) this.known.delete(id);
    const found: ReceivedFolder[] = [];
    for (const id of ids) {
      const folder = await this.one(id);
      if (folder) found.push(folder);
    }
    return found;
  }

  /** What is known of a folder; undefined where there is none, or none that can be read: that is told once, and kept. */
  private async know(id: string): Promise<KnownFolder | undefined> {
    const known = this.known.get(id);
    if (known) return known;
    const { root, sealer } = this.tools;
    const places = placesOf(root, id);
    try {
      const record = await readDestination(places.destination, id, sealer);
      const made = { record, contents: new FolderContents(places.objects), isTidy: false };
      const meanwhile = this.known.get(id);
      if (meanwhile) return meanwhile;
      this.known.set(id, made);
      return made;
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return undefined;
      if (!GiftCloudError.is(error, 'STATE_UNREADABLE')) throw error;
      this.report(id, error);
      return undefined;
    }
  }

  private async isOpen(id: string): Promise<boolean> {
    if (this.opened.has(id)) return true;
    return this.tools.leases.isHeld(placesOf(this.tools.root, id).folder, writerLease);
  }

  /** What can't be tidied up is kept, and hinders nothing else. */
  private async tidyOrTell(id: string, known: KnownFolder): Promise<void> {
    try {
      await this.tidy(id, known);
    } catch (error) {
      if (GiftCloudError.is(error, 'KEY_MISSING')) throw error;
      this.report(id, error);
    }
  }

  private report(id: string, error: unknown): void {
    if (this.reported.has(id)) return;
    this.reported.add(id);
    this.tools.logger.error('received data can not be used', { job: id, code: toGiftCloudError(error).code });
  }

  /** After a process that wrote into a folder: finishes what was whole, deletes what was not. */
  private async tidy(id: string, known: KnownFolder): Promise<void> {
    const { root, keys } = this.tools;
    const places = placesOf(root, id);
    await this.withLease(id, async () => {
      await recoverParts(places, await keys());
      known.isTidy = true;
      const { mtimeMs } = await stat(places.objects);
      if (!(await isEmpty({ places, contents: known.contents }))) return;
      if (Date.now() - mtimeMs > emptyMs) await this.remove(id);
    });
  }

  private async withLease(id: string, action: () => Promise<void>): Promise<void> {
    const { root, leases } = this.tools;
    const lease = await leases.acquire(placesOf(root, id).folder, writerLease);
    if (lease === undefined) return;
    try {
      await action();
    } finally {
      await lease.release();
    }
  }

  private async create(id: string, record: FolderRecord): Promise<void> {
    const { root, sealer } = this.tools;
    const made = placesOf(root, `${id}.${randomBytes(4).toString('hex')}${unfinished}`);
    const { folder } = placesOf(root, id);
    try {
      await mkdir(root, { recursive: true, mode: 0o700 });
      await mkdir(made.objects, { recursive: true, mode: 0o700 });
      await mkdir(made.parts, { mode: 0o700 });
      // Syncs the folder that it lies in, so the two beside it are durable, too.
      await writeDestination(made.destination, id, record, sealer);
      await rename(made.folder, folder);
    } catch (error) {
      await rm(made.folder, { recursive: true, force: true }).catch(() => undefined);
      throw error;
    }
    await syncFolder(root);
    await syncFolder(dirname(root));
  }
}

/** Nothing lies there, and nothing is on its way. */
async function isEmpty({ places, contents }: Pick<OpenFolder, 'places' | 'contents'>): Promise<boolean> {
  if (!(await contents.refresh()) || contents.count > 0) return false;
  return (await readdir(places.parts)).length === 0;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
