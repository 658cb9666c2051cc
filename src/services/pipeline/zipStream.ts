import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { plainFiles, type Sources } from '../dicom/sources.js';
import type { GiftCloudError } from '../support/errors.js';
import { throwIfAborted, toGiftCloudError } from '../support/errors.js';
import type { UploadBody } from '../xnat/archive.js';
import { ObjectReader } from './objectReader.js';
import type { ReadyInstance } from './types.js';
import {
  blockCount,
  blockHeader,
  blockPayload,
  centralHeader,
  compressedSize,
  descriptor,
  endOfDirectory,
  localHeader,
  putBlockHeader,
  zipLength,
  type WrittenEntry,
} from './zipFormat.js';

/** About 256 KB per read: smaller pieces cost calls, larger ones memory, and time to collect it. */
const blocksPerChunk = 4;
/** What may lie between disk and network: both work at the same time, memory stays flat. */
const readAhead = 4 * blocksPerChunk * (blockPayload + blockHeader);

export interface SentFile {
  readonly size: number;
  /** SHA-256 (hex) of the bytes that were sent. */
  readonly sha256: string;
}

/** Where the zip could not be made: the file, and why. */
export interface BrokenSource {
  readonly ready: ReadyInstance;
  readonly error: GiftCloudError;
}

/** Name of an object in the archive: its new SOP Instance UID, never anything of the local file. */
export function archiveName(ready: ReadyInstance): string {
  return `${ready.verified.sopInstanceUid}.dcm`;
}

/**
 * One batch of verified objects as the body of an upload: a zip made while it is sent, never stored. Every file is a
 * deflate stream of stored blocks, so that the length is known in advance (the server refuses chunked bodies).
 * A source that changes meanwhile breaks the stream before its end, so that the server stores nothing of the batch.
 */
export class ZipBody implements UploadBody {
  readonly contentType = 'application/zip';
  readonly contentLength: number;
  private readonly files = new Map<string, SentFile>();
  private broken: BrokenSource | undefined;

  constructor(
    private readonly batch: readonly ReadyInstance[],
    private readonly onBytes: (bytes: number) => void = () => undefined,
    private readonly sources: Sources = plainFiles,
  ) {
    this.contentLength = zipLength(batch.map(plan));
  }

  /** What was sent, by name; complete after the stream ended. */
  get sent(): ReadonlyMap<string, SentFile> {
    return this.files;
  }

  /** The source that broke the last stream. */
  get failure(): BrokenSource | undefined {
    return this.broken;
  }

  open(signal: AbortSignal | undefined): Readable {
    this.files.clear();
    this.broken = undefined;
    return Readable.from(this.chunks(signal), { objectMode: false, highWaterMark: readAhead });
  }

  private async *chunks(signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
    const written: WrittenEntry[] = [];
    let at = 0;
    for (const ready of this.batch) {
      const hashes = new RunningHashes();
      const offset = at;
      for await (const chunk of this.entry(ready, hashes, signal)) {
        at += chunk.length;
        this.onBytes(chunk.length);
        yield chunk;
      }
      const entry = plan(ready);
      written.push({ ...entry, crc32: hashes.crc, offset });
      this.files.set(entry.name, { size: entry.size, sha256: hashes.sha256() });
    }
    const directory = Buffer.concat(written.map(centralHeader));
    const end = Buffer.concat([directory, endOfDirectory(written.length, at, directory.length)]);
    this.onBytes(end.length);
    yield end;
  }

  private async *entry(
    ready: ReadyInstance,
    hashes: RunningHashes,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Buffer> {
    const entry = plan(ready);
    const reader = await this.noting(ready, () =>
      ObjectReader.open(ready.source.path, ready.verified, this.sources),
    );
    try {
      const head = localHeader(entry);
      const blocks = blockCount(entry.size);
      for (let first = 0; first < blocks; first += blocksPerChunk) {
        throwIfAborted(signal);
        const last = Math.min(blocks, first + blocksPerChunk);
        const payload = Math.min(entry.size, last * blockPayload) - first * blockPayload;
        const before = first === 0 ? head.length : 0;
        const after = last === blocks ? descriptor(entry, 0).length : 0;
        const chunk = Buffer.allocUnsafeSlow(before + payload + (last - first) * blockHeader + after);
        if (before > 0) head.copy(chunk, 0);
        const targets = layBlocks(chunk, before, payload, last === blocks);
        await this.noting(ready, async () => {
          await reader.fill(targets);
          if (last === blocks) await reader.assertUnchanged();
        });
        for (const target of targets) hashes.update(target);
        if (after > 0) descriptor(entry, hashes.crc).copy(chunk, chunk.length - after);
        yield chunk;
      }
    } finally {
      await reader.close();
    }
  }

  private async noting<T>(ready: ReadyInstance, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      this.broken = { ready, error: toGiftCloudError(error) };
      throw this.broken.error;
    }
  }
}

/** SHA-256 (hex) of the bytes that would be sent for an object, without sending them. */
export async function hashObject(
  ready: ReadyInstance,
  signal: AbortSignal | undefined,
  sources: Sources = plainFiles,
): Promise<string> {
  const reader = await ObjectReader.open(ready.source.path, ready.verified, sources);
  try {
    const hash = createHash('sha256');
    const chunk = Buffer.allocUnsafeSlow(Math.min(ready.verified.size, blocksPerChunk * blockPayload));
    for (let left = ready.verified.size; left > 0;) {
      throwIfAborted(signal);
      const part = chunk.subarray(0, Math.min(left, chunk.length));
      await reader.fill([part]);
      hash.update(part);
      left -= part.length;
    }
    await reader.assertUnchanged();
    return hash.digest('hex');
  } finally {
    await reader.close();
  }
}

class RunningHashes {
  crc = 0;
  private readonly hash = createHash('sha256');

  update(bytes: Buffer): void {
    this.crc = crc32(bytes, this.crc);
    this.hash.update(bytes);
  }

  sha256(): string {
    return this.hash.digest('hex');
  }
}

function plan(ready: ReadyInstance): { name: string; size: number } {
  return { name: archiveName(ready), size: ready.verified.size };
}

/** Writes the block headers into the chunk and gives the gaps between them, to be filled with the file's bytes. */
function layBlocks(chunk: Buffer, start: number, payload: number, final: boolean): Buffer[] {
  const gaps: Buffer[] = [];
  let at = start;
  let left = payload;
  do {
    const length = Math.min(left, blockPayload);
    left -= length;
    putBlockHeader(chunk, at, length, final && left === 0);
    at += blockHeader;
    if (length > 0) gaps.push(chunk.subarray(at, at + length));
    at += length;
  } while (left > 0);
  return gaps;
}

/** Bytes one object takes in a zip, about: to cut batches by. */
export function zippedSize(ready: ReadyInstance): number {
  return compressedSize(ready.verified.size);
}
