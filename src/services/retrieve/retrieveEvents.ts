import type { RetrieveEvent } from './types.js';

/** Events for a reader who may be slow: nobody waits for it, and of progress only the newest is kept. */
export class RetrieveEvents implements AsyncIterable<RetrieveEvent> {
  private readonly events: RetrieveEvent[] = [];
  private wake: (() => void) | undefined;
  private ended = false;

  push(event: RetrieveEvent): void {
    if (event.kind === 'progress' && this.events.at(-1)?.kind === 'progress') this.events.pop();
    this.events.push(event);
    this.wake?.();
  }

  /** No more events come; those that are here are still given. */
  end(): void {
    this.ended = true;
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RetrieveEvent, void, undefined> {
    for (;;) {
      const event = this.events.shift();
      if (event) yield event;
      else if (this.ended) return;
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}
