import type { ByteSource } from './byteSource.js';
import { unsupported } from './dicomErrors.js';
import { Inflater } from './inflater.js';

/** No data set of ours is longer inflated: a single value ends at 4 GiB, and a bomb must end somewhere. */
const longestInflated = 4 * 1024 * 1024 * 1024;

/**
 * The data set of a deflated object (PS3.5 A.5), whose deflated bytes begin at `start`; position 0 is its first
 * inflated byte. Made for reading forward: going back inflates again from the start. Opening runs through the stream
 * once, so the size is true and damage is seen before anything is used. The source stays open when this is closed.
 *
 * Errors: DICOM_DAMAGED, CONTENT_NOT_SUPPORTED above 4 GiB.
 */
export function inflatedSource(source: ByteSource, start: number): ByteSource {
  return new InflatedSource(source, start);
}

class InflatedSource implements ByteSource {
  readonly size: number;
  private inflater: Inflater;
  private chunk: Buffer = Buffer.alloc(0);
  private chunkStart = 0;

  constructor(
    private readonly source: ByteSource,
    private readonly start: number,
  ) {
    this.size = inflatedSize(source, start);
    this.inflater = new Inflater(source, start);
  }

  read(position: number, length: number): Buffer {
    const result = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, this.size - position)));
    let done = 0;
    while (done < result.length && this.seek(position + done)) {
      done += this.chunk.copy(result, done, position + done - this.chunkStart);
    }
    return result.subarray(0, done);
  }

  close(): void {
    this.chunk = Buffer.alloc(0);
  }

  /** Makes the chunk that holds `position` the current one; false at the end. */
  private seek(position: number): boolean {
    if (position < this.chunkStart) {
      this.inflater = new Inflater(this.source, this.start);
      this.chunk = Buffer.alloc(0);
      this.chunkStart = 0;
    }
    while (position >= this.chunkStart + this.chunk.length) {
      const next = this.inflater.next();
      if (!next) return false;
      this.chunkStart += this.chunk.length;
      this.chunk = next;
    }
    return true;
  }
}

function inflatedSize(source: ByteSource, start: number): number {
  const inflater = new Inflater(source, start);
  let size = 0;
  for (let chunk = inflater.next(); chunk; chunk = inflater.next()) {
    size += chunk.length;
    if (size > longestInflated) throw unsupported('The deflated object is too large.');
  }
  return size;
}
