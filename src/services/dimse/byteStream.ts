import type { Socket } from 'node:net';
import { DimseFault } from './dimseFault.js';

/** Bytes that wait in memory for one connection before the socket is paused. */
const highWater = 256 * 1024;

/**
 * The bytes of a socket, taken when they are wanted. While nobody takes any the socket is paused, so that memory stays
 * bounded and the peer waits (TCP). The time limit counts from the last byte that came, and only while somebody waits:
 * a slow sender is never cut, nor one that waits for our disk.
 */
export class ByteStream {
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private wake: (() => void) | undefined;
  private ended: DimseFault | undefined;
  private discarding = false;

  constructor(
    private readonly socket: Socket,
    private readonly idleMs: number,
  ) {
    socket.on('data', (chunk: Buffer) => this.add(chunk));
    socket.on('end', () => this.end());
    socket.on('close', () => this.end());
    socket.on('error', () => this.end());
  }

  /** Exactly `length` bytes. @throws DimseFault closed, timeout */
  async take(length: number): Promise<Buffer> {
    while (this.size < length) await this.more();
    const first = this.chunks[0];
    if (length === 0 || first === undefined) return Buffer.alloc(0);
    if (first.length >= length) return this.shift(first, length);
    const whole = Buffer.allocUnsafe(length);
    for (let at = 0; at < length;) {
      const next = this.chunks[0];
      if (next === undefined) break;
      at += this.shift(next, length - at).copy(whole, at);
    }
    return whole;
  }

  /** At least one byte and at most `limit`, as they came. @throws DimseFault closed, timeout */
  async some(limit: number): Promise<Buffer> {
    while (this.size === 0) await this.more();
    const first = this.chunks[0];
    return first === undefined ? Buffer.alloc(0) : this.shift(first, limit);
  }

  /** Drops what still comes: the connection is about to end. */
  discard(): void {
    this.discarding = true;
    this.chunks.length = 0;
    this.size = 0;
    this.socket.resume();
  }

  private shift(first: Buffer, limit: number): Buffer {
    const taken = first.length <= limit ? first : first.subarray(0, limit);
    if (taken.length === first.length) this.chunks.shift();
    else this.chunks[0] = first.subarray(limit);
    this.size -= taken.length;
    if (this.size < highWater && this.socket.isPaused()) this.socket.resume();
    return taken;
  }

  private add(chunk: Buffer): void {
    if (this.discarding) return;
    this.chunks.push(chunk);
    this.size += chunk.length;
    if (this.size >= highWater) this.socket.pause();
    this.wake?.();
  }

  private end(): void {
    this.ended ??= new DimseFault('closed', 'the connection was closed');
    this.wake?.();
  }

  private async more(): Promise<void> {
    if (this.ended) throw this.ended;
    // One value may be larger than the high water mark.
    this.socket.resume();
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.wake = undefined;
        reject(new DimseFault('timeout', 'nothing came within the time limit'));
      }, this.idleMs);
      this.wake = () => {
        clearTimeout(timer);
        this.wake = undefined;
        resolve();
      };
    });
  }
}
