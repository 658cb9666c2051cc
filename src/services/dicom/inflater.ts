import { Inflate } from 'pako';
import type { ByteSource } from './byteSource.js';
import { damaged } from './dicomErrors.js';

/** Deflate reaches 1:1032, so one push gives 16 MiB at most. */
const inputSize = 16 * 1024;
const chunkSize = 256 * 1024;

/**
 * Inflates raw deflate data (RFC 1951) of a source piece by piece in bounded memory. Node's zlib streams are
 * asynchronous and its synchronous calls hold all input and output at once, while an object may be as large as it likes
 * and everything around this layer is synchronous; hence pako for this rare transfer syntax.
 */
export class Inflater {
  private readonly ready: Uint8Array[] = [];
  private readonly inflate = new Inflate({ raw: true, chunkSize });

  constructor(
    private readonly source: ByteSource,
    private position: number,
  ) {
    this.inflate.onData = (chunk) => void this.ready.push(chunk);
  }

  /** The next bytes, or undefined at the end of the stream. Errors: DICOM_DAMAGED. */
  next(): Buffer | undefined {
    while (this.ready.length === 0 && !this.inflate.ended) {
      const input = this.source.read(this.position, inputSize);
      if (input.length === 0) throw damaged('the deflated data set is cut off');
      this.position += input.length;
      this.inflate.push(input, false);
      if (this.inflate.err !== 0) throw damaged('the deflated data set is not valid');
    }
    const chunk = this.ready.shift();
    return chunk && Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
  }
}
