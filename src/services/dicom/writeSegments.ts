import { closeSync, openSync, renameSync, unlinkSync, writeSync, writevSync } from 'node:fs';
import type { Segment } from '../deid/types.js';
import { GiftCloudError, toGiftCloudError } from '../support/errors.js';
import type { SourceStamp } from './byteSource.js';
import { openContentSource } from './contentSource.js';
import { sameStamp, type FileSource } from './fileSource.js';

export interface WriteOptions {
  /** The source is deflated: ranges count in its inflated data set. */
  readonly deflated?: boolean;
  /** What the source was when it was read; another one now is FILE_CHANGED. Default: as it is when opened here. */
  readonly stamp?: SourceStamp;
  /** Reused between calls so that a run over many files does not allocate for each. */
  readonly scratch?: Buffer;
}

/**
 * Measured: smaller pieces cost calls; larger ones gain nothing, and can cost much where the host of a virtual machine has
 * to give the memory of a large page first.
 */
export const scratchSize = 256 * 1024;

/**
 * Writes an object from its segments, copying ranges from the source file: to `<outPath>.part` first, which takes the
 * name `outPath` only when everything is there and the source is still the file that was read. On any error nothing
 * is left behind. An open source stays open.
 *
 * Errors: FILE_CHANGED, FILE_UNREADABLE, DISK_FULL.
 */
export function writeObject(
  source: string | FileSource,
  segments: readonly Segment[],
  outPath: string,
  options: WriteOptions = {},
): void {
  const opened = typeof source === 'string' ? openContentSource(source, options.deflated ?? false) : source;
  try {
    const stamp = options.stamp ?? opened.stamp;
    if (!sameStamp(stamp, opened.stamp)) throw changed();
    const part = `${outPath}.part`;
    try {
      writePart(opened, segments, part, options.scratch ?? Buffer.allocUnsafeSlow(scratchSize));
      if (!sameStamp(stamp, opened.currentStamp())) throw changed();
      renameSync(part, outPath);
    } catch (error) {
      removeQuietly(part);
      throw toGiftCloudError(error);
    }
  } finally {
    if (typeof source === 'string') opened.close();
  }
}

function writePart(source: FileSource, segments: readonly Segment[], part: string, scratch: Buffer): void {
  const fd = openSync(part, 'w');
  try {
    const gather = new GatheringWriter(fd, scratch);
    for (const segment of segments) {
      if ('bytes' in segment) gather.bytes(segment.bytes);
      else gather.range(source, segment.range.offset, segment.range.length);
    }
    gather.flush();
  } finally {
    closeSync(fd);
  }
}

/**
 * Collects pieces and writes them with one system call whenever the file has grown by the length of the scratch buffer.
 * The calls end at multiples of that length in the file.
 */
class GatheringWriter {
  private pieces: Uint8Array[] = [];
  /** Bytes of the scratch buffer that wait in `pieces`. */
  private used = 0;
  /** Length of the file with what waits. */
  private length = 0;

  constructor(
    private readonly fd: number,
    private readonly scratch: Buffer,
  ) {}

  bytes(bytes: Uint8Array): void {
    if (bytes.length > 0) this.add(bytes);
  }

  range(source: FileSource, offset: number, length: number): void {
    let at = offset;
    let rest = length;
    while (rest > 0) {
      const room = this.scratch.length - (this.length % this.scratch.length);
      const target = this.scratch.subarray(this.used, this.used + Math.min(room, rest));
      if (source.readInto(target, at) < target.length) throw changed();
      this.used += target.length;
      at += target.length;
      rest -= target.length;
      this.add(target);
    }
  }

  private add(piece: Uint8Array): void {
    this.pieces.push(piece);
    const before = Math.floor(this.length / this.scratch.length);
    this.length += piece.length;
    if (Math.floor(this.length / this.scratch.length) > before) this.flush();
  }

  flush(): void {
    const pieces = this.pieces;
    this.pieces = [];
    this.used = 0;
    let total = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (total === 0) return;
    total -= writevSync(this.fd, pieces);
    if (total === 0) return;
    // The system took only a part of it: write the rest piece by piece.
    let written = pieces.reduce((sum, piece) => sum + piece.length, 0) - total;
    for (const piece of pieces) {
      let done = Math.min(written, piece.length);
      written -= done;
      while (done < piece.length) done += writeSync(this.fd, piece, done);
    }
  }
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was never made, or is gone.
  }
}

function changed(): GiftCloudError {
  return new GiftCloudError('FILE_CHANGED', 'A file changed while it was processed.', {
    hint: 'Wait until nothing writes to it any more, then repeat the action.',
    retryable: true,
  });
}
