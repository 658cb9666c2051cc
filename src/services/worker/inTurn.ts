import { throwIfAborted } from '../support/errors.js';

/** Other work gets its turn this often, so that signals arrive while a batch runs. */
const breathMs = 25;

/** Does synchronous work on one item after the other. @throws CANCELLED */
export async function inTurn<T, R>(
  items: readonly T[],
  work: (item: T) => R,
  signal: AbortSignal | undefined,
): Promise<readonly R[]> {
  const results: R[] = [];
  let last = performance.now();
  for (const item of items) {
    throwIfAborted(signal);
    results.push(work(item));
    if (performance.now() - last > breathMs) {
      await new Promise((resolve) => setImmediate(resolve));
      last = performance.now();
    }
  }
  return results;
}
