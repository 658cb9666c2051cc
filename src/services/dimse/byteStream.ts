import type { Socket } from 'node:net';
import { giveBack } from '../support/giveBack.js';
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
  /** Bytes of the first chunk that were taken. */
  private at = 0;
  /** Bytes that wait. */
  private size = 0;
  /** Was lent as a whole. */
  private lent: Buffer | undefined;
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

  /** Exactly `length` bytes, a copy. @throws DimseFault closed, timeout */
  async take(length: number): Promise<Buffer> {
    while (this.size < length) await this.more();
    const whole = Buffer.allocUnsafe(length);
    for (let at = 0; at < length;) at += this.view(length - at).copy(whole, at);
    return whole;
  }

  /**
   * At least one byte and at most `limit`, as they came. They are lent: whoever needs them after the next call copies them.
   * @throws DimseFault closed, timeout
   */
  async some(limit: number): Promise<Buffer> {
    while (this.size === 0) await this.more();
    return this.view(limit);
  }

  /** Drops what still comes: the connection is about to end. */
  discard(): void {
    this.discarding = true;
    this.chunks.length = 0;
    this.at = 0;
    this.size = 0;
    this.socket.resume();
  }

  /** The next bytes, until it is called again; none when none are there. */
  private view(limit: number): Buffer {
    if (this.lent) giveBack(this.lent);
    this.lent = undefined;
    const first = this.chunks[0];
    if (first === undefined) return Buffer.alloc(0);
    const view = first.subarray(this.at, this.at + limit);
    this.at += view.length;
    this.size -= view.length;
    if (this.at === first.length) {
      this.lent = this.chunks.shift();
      this.at = 0;
    }
    if (this.size < highWater && this.socket.isPaused()) this.socket.resume();
    return view;
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
