import type { DisposableLike } from '../support/disposable.js';

/** Those who want to hear of something. */
export class Listeners<T> {
  private readonly all = new Set<(value: T) => void>();

  get any(): boolean {
    return this.all.size > 0;
  }

  add(listener: (value: T) => void): DisposableLike {
    const own = (value: T): void => listener(value);
    this.all.add(own);
    return { dispose: () => void this.all.delete(own) };
  }

  tell(value: T): void {
    for (const listener of this.all) listener(value);
  }
}
