import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StateKey } from '../keys/stateKey.js';
import { Leases, type LeasePace } from '../queue/leases.js';
import type { DroppedData } from '../queue/received.js';
import { syncFolder } from '../support/atomicFile.js';
import { FrameSealer, newSalt } from './frameSealer.js';
import { encodeHead, FileCipher } from './sealedFormat.js';
import { SpoolKeys } from './spoolKeys.js';
import { droppedFolderName, droppedIds, objectName, placesOf, sealedName, spoolRoot } from './spoolPlaces.js';

/** Who fills a folder, and waits for the answer of a person, holds this lease. */
const holder = 'holder';
/** A machine that slept holds no lease: what nobody agreed to send yet is kept for so long all the same. */
const unbegunMs = 60 * 60 * 1000;

/** Files that were dropped as bytes, under names of our own: theirs may name a patient. */
export interface DroppedFolder {
  /** For `UploadRequest.dropped`: the id that the job gets. */
  readonly id: string;
  /** What an upload takes as its input. */
  readonly path: string;
  /** Durable when it resolves. Errors: those of the file system. */
  add(bytes: Uint8Array): Promise<void>;
  /** Nobody here needs it any more: it goes, unless a job of the queue does. */
  close(): Promise<void>;
}

/** Keeps bytes that have no file on this machine, sealed as everything in the spool, until their job is archived or discarded. */
export class DroppedFolders implements DroppedData {
  private readonly root: string;
  private readonly leases: Leases;

  constructor(
    stateFolder: string,
    private readonly key: StateKey,
    /** `none`: there is no such job; `done`: nothing of it is left to do. */
    private readonly jobOf: (id: string) => Promise<'none' | 'done' | 'open'>,
    pace?: LeasePace,
  ) {
    this.root = spoolRoot(stateFolder);
    this.leases = new Leases(join(this.root, 'clock'), pace);
  }

  /** An empty folder. Errors: those of the file system, KEY_MISSING. */
  async create(): Promise<DroppedFolder> {
    const keys = new SpoolKeys(await this.key.orNew());
    const id = randomUUID();
    const { folder, objects } = placesOf(this.root, droppedFolderName(id));
    await mkdir(objects, { recursive: true, mode: 0o700 });
    await syncFolder(this.root);
    const lease = await this.leases.acquire(folder, holder);
    let count = 0;
    return {
      id,
      path: objects,
      add: (bytes) => addSealed(objects, ++count, keys, bytes),
      close: async () => {
        await lease?.release();
        if ((await this.jobOf(id)) !== 'open') await this.remove(id);
      },
    };
  }

  async sweep(): Promise<void> {
    for (const id of await droppedIds(this.root)) {
      const { folder } = placesOf(this.root, droppedFolderName(id));
      if (await this.leases.isHeld(folder, holder)) continue;
      // Asked after the lease, which is let go once there is a job.
      const job = await this.jobOf(id);
      if (job === 'done' || (job === 'none' && (await isOld(folder)))) await this.remove(id);
    }
  }

  async remove(id: string): Promise<void> {
    await rm(placesOf(this.root, droppedFolderName(id)).folder, { recursive: true, force: true });
  }
}

async function addSealed(objects: string, number: number, keys: SpoolKeys, bytes: Uint8Array): Promise<void> {
  const salt = newSalt();
  const path = join(objects, objectName(String(number), salt));
  const sealer = new FrameSealer(new FileCipher(keys, salt, sealedName(path)));
  const file = await open(path, 'wx', 0o600);
  try {
    for (const piece of [encodeHead(salt), ...sealer.seal(bytes), ...sealer.end(), sealer.mark()])
      await file.writeFile(piece);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function isOld(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  // The lease among them.
  const paths = [folder, ...names.map((name) => join(folder, name))];
  const times = await Promise.all(paths.map(async (path) => (await stat(path)).mtimeMs)).catch(() => [
    Infinity,
  ]);
  return Date.now() - Math.max(...times) > unbegunMs;
}
