import { pipeline, Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import type { SendingSource } from '../dicom/sources.js';

const inputSize = 64 * 1024;

/**
 * The data set of a deflated object (PS3.5 A.5) while it is sent: inflated in the background, in bounded memory, and
 * read forward only, as the segments of an object lie. `start` is where the deflated bytes begin in the file.
 */
export class InflatedFile {
  private readonly stream: Readable;
  private readonly chunks: AsyncIterator<Buffer>;
  private chunk: Buffer = Buffer.alloc(0);
  private chunkStart = 0;

  constructor(file: SendingSource, start: number) {
    const inflate = createInflateRaw();
    // Its errors come out of the iterator.
    pipeline(Readable.from(chunksFrom(file, start), { objectMode: false }), inflate, () => undefined);
    this.stream = inflate;
    this.chunks = inflate[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** Fills the targets from `position` as far as one chunk goes; gives the number of bytes, 0 where nothing is there. */
  async readInto(targets: readonly Buffer[], position: number): Promise<number> {
    while (position >= this.chunkStart + this.chunk.length) {
      const next = await this.chunks.next();
      if (next.done) return 0;
      this.chunkStart += this.chunk.length;
      this.chunk = next.value;
    }
    if (position < this.chunkStart) return 0;
    let done = 0;
    for (const target of targets) {
      const from = position + done - this.chunkStart;
      done += this.chunk.copy(target, 0, from, from + target.length);
      if (position + done === this.chunkStart + this.chunk.length) break;
    }
    return done;
  }

  close(): void {
    this.stream.destroy();
  }
}

async function* chunksFrom(file: SendingSource, start: number): AsyncGenerator<Buffer> {
  for (let at = start; ;) {
    const chunk = Buffer.allocUnsafeSlow(inputSize);
    const got = await file.readInto([chunk], at);
    if (got === 0) return;
    yield chunk.subarray(0, got);
    at += got;
  }
}
