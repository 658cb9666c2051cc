import { open, rename, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteSource } from '../dicom/byteSource.js';
import { openFileSource } from '../dicom/fileSource.js';
import { transferSyntax } from '../dicom/transferSyntaxes.js';
import { toGiftCloudError } from '../support/errors.js';
import { giveBack } from '../support/giveBack.js';
import { checkObject, part10Head, type ObjectChecker } from './checkObject.js';
import { FrameSealer, newSalt } from './frameSealer.js';
import type { OpenFolder } from './openFolder.js';
import type { Quota } from './quota.js';
import type { ScratchPool } from './scratchPool.js';
import { inMemory, sameContent } from './sameContent.js';
import { encodeHead, FileCipher, fileSize } from './sealedFormat.js';
import type { SpoolKeys } from './spoolKeys.js';
import { openSealed } from './sealedSource.js';
import { objectName, sealedName } from './spoolPlaces.js';
import type { IncomingObject, Reception } from './types.js';

/** How much of a large object comes between two looks of the disk after it. */
const syncSize = 32 * 1024 * 1024;

/** What receptions of one spool share. */
export interface ReceptionTools {
  readonly keys: SpoolKeys;
  readonly quota: Quota;
  readonly scratch: ScratchPool;
  /** For large objects that take long; without it they are checked here. */
  readonly checker?: ObjectChecker;
}

/**
 * One object on its way into a folder. Small ones come to the disk in one piece when they are whole; of a large one no more than
 * a frame waits in memory, and one is written meanwhile.
 *
 * The final mark is written last, after everything was checked, and synced with the name under `parts`: from then on the object is
 * durable. The rename into `objects` needs no sync of its own, since whoever finds a part with its mark after a power cut
 * finishes the rename. That costs one commit of the file system's journal instead of two.
 */
export class ObjectReception implements Reception {
  private readonly instance: string;
  private readonly name: string;
  private readonly part: string;
  private readonly salt = newSalt();
  private readonly sealer: FrameSealer;
  /** Opened while the first bytes come. */
  private readonly opened: Promise<FileHandle>;
  private readonly buffer: Buffer;
  /** Bytes that wait in the buffer. */
  private waiting = 0;
  private isSealing = false;
  private writing: Promise<void> = Promise.resolve();
  /** Bytes of content up to which the disk was asked to write them for good. */
  private syncedTo = 0;
  private syncing: Promise<void> = Promise.resolve();
  private reserved = 0;
  private isOver = false;

  private constructor(
    private readonly object: IncomingObject,
    private readonly folder: OpenFolder,
    private readonly tools: ReceptionTools,
  ) {
    const { keys, scratch } = tools;
    this.instance = keys.instanceName(object.sopInstanceUid);
    this.name = objectName(this.instance, this.salt);
    this.part = join(folder.places.parts, this.name);
    this.sealer = new FrameSealer(new FileCipher(keys, this.salt, sealedName(this.part)));
    this.buffer = scratch.take();
    this.opened = open(this.part, 'wx', 0o600);
    // Told by whoever waits for it first.
    this.opened.catch(() => undefined);
  }

  /** @throws QUOTA_FULL */
  static async begin(
    object: IncomingObject,
    folder: OpenFolder,
    tools: ReceptionTools,
  ): Promise<ObjectReception> {
    const reception = new ObjectReception(object, folder, tools);
    try {
      await reception.write(part10Head(object));
      return reception;
    } catch (error) {
      await reception.abort();
      throw error;
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    const more = fileSize(this.sealer.size + this.waiting + bytes.length) - this.reserved;
    await this.tools.quota.take(more);
    this.reserved += more;
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + this.buffer.length - this.waiting);
      this.buffer.set(piece, this.waiting);
      this.waiting += piece.length;
      at += piece.length;
      if (this.waiting === this.buffer.length) await attempt(() => this.put(this.sealWaiting()));
    }
  }

  async commit(): Promise<void> {
    try {
      await attempt(async () => {
        if (await this.isTwin()) await this.discard();
        else await this.store();
      });
    } catch (error) {
      await this.discard();
      throw error;
    } finally {
      this.end();
    }
  }

  async abort(): Promise<void> {
    await this.discard();
    this.end();
  }

  /** Checks what came; says whether the same bytes lie here already. @throws DICOM_DAMAGED, SOP_MISMATCH */
  private async isTwin(): Promise<boolean> {
    const { folder, instance, object, part, sealer } = this;
    if (this.isSealing) {
      await this.put([...this.sealWaiting(), ...sealer.end()]);
      await this.writing;
    }
    const checker = this.isSealing && isLong(object) ? this.tools.checker : undefined;
    await checker?.check({ path: part, size: sealer.size, announced: object });
    const content = this.content();
    try {
      if (checker === undefined) checkObject(content, object);
      for (const name of folder.contents.of(instance)) {
        if (await sameContent(content, () => this.openSealed(join(folder.places.objects, name)))) return true;
      }
      return false;
    } finally {
      content.close();
    }
  }

  /** All that came: from memory, or from the disk. */
  private content(): ByteSource {
    if (!this.isSealing) return inMemory(this.buffer.subarray(0, this.waiting));
    return this.openSealed(this.part, this.sealer.size);
  }

  private openSealed(path: string, unfinished?: number): ByteSource {
    const opening = { keys: this.tools.keys, name: sealedName(path) };
    return openSealed(openFileSource(path), { ...opening, ...(unfinished !== undefined && { unfinished }) });
  }

  private async store(): Promise<void> {
    const { folder, name, part, sealer } = this;
    await this.put([...this.sealWaiting(), ...sealer.end(), sealer.mark()]);
    await this.writing;
    await this.syncing;
    const file = await this.opened;
    // In any order: a part without its bytes lacks its mark, too.
    await Promise.all([file.sync(), folder.partsSync.sync()]);
    await Promise.all([file.close(), rename(part, join(folder.places.objects, name))]);
    folder.contents.added(name, sealer.fileSize);
  }

  /** Seals what waits in the buffer. */
  private sealWaiting(): Buffer[] {
    const head = this.isSealing ? [] : [encodeHead(this.salt)];
    const sealed = [...head, ...this.sealer.seal(this.buffer.subarray(0, this.waiting))];
    this.isSealing = true;
    this.waiting = 0;
    return sealed;
  }

  /** Begins to write when what was begun before is written: then there is room for more of the object. */
  private async put(sealed: readonly Buffer[]): Promise<void> {
    const before = this.writing;
    this.writing = before.then(async () => writeAll(await this.opened, sealed));
    // Told by whoever waits for it next.
    this.writing.catch(() => undefined);
    await before;
    if (this.sealer.size - this.syncedTo >= syncSize) this.syncEarly();
  }

  /** The disk works while the rest still comes, so that the sync in the end is short; one at a time. */
  private syncEarly(): void {
    this.syncedTo = this.sealer.size;
    this.syncing = this.syncing.then(async () => (await this.opened).datasync());
    this.syncing.catch(() => undefined);
  }

  private async discard(): Promise<void> {
    await Promise.allSettled([this.writing, this.syncing]);
    const file = await this.opened.catch(() => undefined);
    await file?.close().catch(() => undefined);
    await unlink(this.part).catch(() => undefined);
  }

  /** What it took of others is theirs again. */
  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.tools.quota.give(this.reserved);
    this.tools.scratch.give(this.buffer);
  }
}

/** Of native pixels the reader looks at the beginning and the end; fragments and deflated data it goes through. */
function isLong(object: IncomingObject): boolean {
  const { encapsulated, deflated } = transferSyntax(object.transferSyntax);
  return deflated || encapsulated !== false;
}

async function attempt(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    throw toGiftCloudError(error);
  }
}

async function writeAll(file: FileHandle, pieces: readonly Buffer[]): Promise<void> {
  const total = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (total === 0) return;
  const { bytesWritten } = await file.writev(pieces);
  // The system took only a part of it.
  if (bytesWritten < total) await file.writeFile(Buffer.concat(pieces).subarray(bytesWritten));
  for (const piece of pieces) giveBack(piece);
}
