import type { DisposableLike } from './disposable.js';

export type Event<T> = (listener: (value: T) => void) => DisposableLike;

/** An event source of the services; the same shape as the editor's, without the editor. */
export class Emitter<T> implements DisposableLike {
  private readonly listeners = new Set<(value: T) => void>();

  readonly event: Event<T> = (listener) => {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  };

  fire(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
  }

  dispose(): void {
    this.listeners.clear();
  }
}
