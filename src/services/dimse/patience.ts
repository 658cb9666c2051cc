/** How long we wait for a peer. The time counts while we wait for it, never while it waits for us. */
export class Patience {
  private readonly ended = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private look: NodeJS.Immediate | undefined;
  private isLast = false;

  constructor(private readonly milliseconds: number) {
    this.wait();
  }

  /** Fires when the peer took too long. */
  get signal(): AbortSignal {
    return this.ended.signal;
  }

  /** Something came, or we begin to wait: the time starts anew. */
  wait(): void {
    if (!this.isLast) this.start(this.milliseconds);
  }

  /** The peer waits for us. */
  rest(): void {
    if (!this.isLast) this.clear();
  }

  /** From now on there is only this much time, whatever comes. */
  last(milliseconds: number): void {
    if (this.isLast) return;
    this.isLast = true;
    this.start(milliseconds);
  }

  /** The peer kept to that time: it is as before. */
  resume(): void {
    this.isLast = this.ended.signal.aborted;
  }

  stop(): void {
    this.isLast = true;
    this.clear();
  }

  private start(milliseconds: number): void {
    this.clear();
    this.timer = setTimeout(() => {
      // What came while this program was busy or asleep is looked at first.
      this.look = setImmediate(() => this.ended.abort());
    }, milliseconds);
  }

  private clear(): void {
    clearTimeout(this.timer);
    clearImmediate(this.look);
  }
}
