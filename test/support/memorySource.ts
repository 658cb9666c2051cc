import type { ByteSource } from '../../src/services/dicom/byteSource.js';

/** Bytes in memory as a source, counting how often and how much of them is read. */
export class MemorySource implements ByteSource {
  readonly size: number;
  reads = 0;
  bytesRead = 0;

  constructor(private readonly bytes: Buffer) {
    this.size = bytes.length;
  }

  read(position: number, length: number): Buffer {
    const slice = this.bytes.subarray(position, position + length);
    this.reads += 1;
    this.bytesRead += slice.length;
    return slice;
  }

  close(): void {
    // Nothing to give back.
  }
}
