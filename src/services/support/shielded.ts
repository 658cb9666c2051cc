import { throwIfAborted } from './errors.js';

/** How long a short piece of work may go on after a cancel, in ms. */
const grace = 5000;

/**
 * Short work that must not be cut in the middle, because nobody could tell afterwards what the server did: a cancel lets
 * it end first, for a few seconds. CANCELLED when the signal had fired before.
 */
export async function shielded<T>(
  work: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  throwIfAborted(signal);
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const soon = (): void => {
    timer = setTimeout(() => stop.abort(signal?.reason), grace);
  };
  signal?.addEventListener('abort', soon, { once: true });
  try {
    return await work(stop.signal);
  } finally {
    signal?.removeEventListener('abort', soon);
    clearTimeout(timer);
  }
}
