import { throwIfAborted } from '../support/errors.js';

/**
 * Turns work that tells events into a sequence of them. Leaving the sequence early cancels the work, and its end is
 * awaited: nothing goes on behind the caller's back. Errors of the work arrive after its last event.
 */
export async function* eventsOf<E>(
  work: (emit: (event: E) => void, signal: AbortSignal) => Promise<void>,
  signal?: AbortSignal,
): AsyncGenerator<E, void, undefined> {
  throwIfAborted(signal);
  const stop = new AbortController();
  const forward = (): void => stop.abort(signal?.reason);
  signal?.addEventListener('abort', forward, { once: true });
  let queue: E[] = [];
  let wake = (): void => undefined;
  const state = { finished: false };
  const done = work((event) => {
    queue.push(event);
    wake();
  }, stop.signal).finally(() => {
    state.finished = true;
    wake();
  });
  // The error is thrown below, once the queue is empty.
  done.catch(() => undefined);
  try {
    while (true) {
      const ready = queue;
      queue = [];
      yield* ready;
      if (queue.length > 0) continue;
      if (state.finished) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    await done;
  } finally {
    stop.abort();
    signal?.removeEventListener('abort', forward);
    await done.catch(() => undefined);
  }
}

/** Runs tasks, at most `limit` at a time; the first error cancels the others and is thrown when they have ended. */
export async function inParallel<T>(
  items: readonly T[],
  limit: number,
  task: (item: T, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const forward = (): void => stop.abort(signal.reason);
  signal.addEventListener('abort', forward, { once: true });
  const waiting = items.values();
  let failure: { readonly error: unknown } | undefined;
  const lane = async (): Promise<void> => {
    for (const item of waiting) {
      try {
        throwIfAborted(signal);
        await task(item, stop.signal);
      } catch (error) {
        failure ??= { error };
        stop.abort();
      }
      if (failure) return;
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.max(1, limit) }, lane));
  } finally {
    signal.removeEventListener('abort', forward);
  }
  if (failure) throw failure.error;
}

/** Asks for the next item while the current one is used: the disk and the network work at the same time. */
export async function* ahead<T>(items: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  const iterator = items[Symbol.asyncIterator]();
  let next = iterator.next();
  next.catch(() => undefined);
  try {
    while (true) {
      const result = await next;
      if (result.done === true) return;
      next = iterator.next();
      next.catch(() => undefined);
      yield result.value;
    }
  } finally {
    await next.catch(() => undefined);
    await iterator.return?.();
  }
}
