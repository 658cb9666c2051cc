import { GiftCloudError } from '../support/errors.js';
import type { ByteSource } from './byteSource.js';

/** After a jump: the disk gives a page anyway, but ten thousand fragments are ten thousand buffers. */
export const smallestWindow = 1024;
const first = 16 * 1024;
const largest = 256 * 1024;

/**
 * Read-ahead over a byte source. Bytes handed out stay valid: a window is never overwritten, a new one takes its place.
 * Windows grow while the reader goes on byte by byte and start small again after a jump, so that a header costs one or
 * two reads and a walk over fragments does not read the fragments.
 */
export class ReadWindow {
  private buffer: Buffer = Buffer.alloc(0);
  private start = 0;
  /** Bytes read so far; what a caller bounds. */
  bytesRead = 0;

  constructor(
    private readonly source: ByteSource,
    private nextSize = first,
  ) {}

  get size(): number {
    return this.source.size;
  }

  /**
   * Makes `length` bytes from `position` available in `bytes` and gives their place there.
   * The caller has checked `position + length` against the size; a source that shrank since then is FILE_CHANGED.
   */
  at(position: number, length: number): number {
    if (position < this.start || position + length > this.start + this.buffer.length) {
      this.load(position, length);
    }
    return position - this.start;
  }

  /** The window that `at` counts in. */
  get bytes(): Buffer {
    return this.buffer;
  }

  /** A stretch of the source; the same conditions as for `at`. */
  bytesFrom(position: number, length: number): Buffer {
    const offset = this.at(position, length);
    return this.buffer.subarray(offset, offset + length);
  }

  /** Place of a stretch in `bytes` without a further read, if the window holds all of it. */
  held(position: number, length: number): number | undefined {
    const from = position - this.start;
    return from < 0 || from + length > this.buffer.length ? undefined : from;
  }

  private load(position: number, length: number): void {
    const end = this.start + this.buffer.length;
    if (this.buffer.length > 0) {
      const goesOn = position >= this.start && position <= end;
      this.nextSize = goesOn ? Math.min(this.nextSize * 4, largest) : smallestWindow;
    }
    this.buffer = this.source.read(position, Math.max(length, this.nextSize));
    this.start = position;
    this.bytesRead += this.buffer.length;
    if (this.buffer.length < length) {
      throw new GiftCloudError('FILE_CHANGED', 'A file became shorter while it was read.', {
        hint: 'Wait until nothing writes to it any more, then repeat the action.',
        retryable: true,
      });
    }
  }
}
