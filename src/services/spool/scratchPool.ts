import { frameSize } from './sealedFormat.js';

/** Buffers that wait for the next object; as many as senders are usually at work. */
const mostKept = 8;

/** Buffers of a frame's size, used again: thousands of objects an hour would leave as many megabytes to be collected. */
export class ScratchPool {
  private readonly free: Buffer[] = [];

  take(): Buffer {
    return this.free.pop() ?? Buffer.allocUnsafeSlow(frameSize);
  }

  give(buffer: Buffer): void {
    if (this.free.length < mostKept) this.free.push(buffer);
  }
}
