/** A queue between tasks that holds at most `limit` values: who is ahead waits, so memory stays flat. */
export class Channel<T> implements AsyncIterable<T> {
  private values: T[] = [];
  /** Values before this one are taken: shifting a long array at each would cost more than the rest. */
  private taken = 0;
  private readonly takers: ((taken: IteratorResult<T, undefined>) => void)[] = [];
  private readonly putters: (() => void)[] = [];
  private state: 'open' | 'ended' | 'closed' = 'open';

  constructor(private readonly limit: number) {}

  /** Waits while the channel is full. After `close` the value is dropped. */
  async put(value: T): Promise<void> {
    while (this.state === 'open' && this.waiting >= this.limit) {
      await new Promise<void>((resolve) => this.putters.push(resolve));
    }
    if (this.state !== 'open') return;
    const taker = this.takers.shift();
    if (taker) taker({ value, done: false });
    else this.values.push(value);
  }

  /** No more values come; those that are here are still given. */
  end(): void {
    if (this.state === 'open') this.state = 'ended';
    this.release();
  }

  /** Nobody wants the values any more: they are dropped, and nobody waits any longer. */
  close(): void {
    this.state = 'closed';
    this.values = [];
    this.taken = 0;
    this.release();
  }

  /** Several tasks may iterate: each value goes to one of them. */
  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return { next: () => this.take() };
  }

  private get waiting(): number {
    return this.values.length - this.taken;
  }

  private take(): Promise<IteratorResult<T, undefined>> {
    if (this.waiting > 0) {
      const value = this.values[this.taken++] as T;
      if (this.taken * 2 >= this.values.length) {
        this.values = this.values.slice(this.taken);
        this.taken = 0;
      }
      this.putters.shift()?.();
      return Promise.resolve({ value, done: false });
    }
    if (this.state !== 'open') return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => this.takers.push(resolve));
  }

  private release(): void {
    for (const wake of this.putters.splice(0)) wake();
    for (const taker of this.takers.splice(0)) taker({ value: undefined, done: true });
  }
}
