/** Results in order, with up to `count` of them being worked on before they are asked for. */
export async function* ahead<T, R>(
  items: readonly T[],
  count: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  let next = 0;
  while (next < items.length || running.length > 0) {
    while (next < items.length && running.length < count) {
      const result = work(items[next++] as T);
      // Told when its turn comes; until then, or when nobody asks any more, it is no unhandled error.
      result.catch(() => undefined);
      running.push(result);
    }
    yield await (running.shift() as Promise<R>);
  }
}
