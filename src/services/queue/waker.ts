/** A wait that can be cut short: by a signal, or because there is something to do. Never throws. */
export class Waker {
  private readonly sleepers = new Set<() => void>();

  wake(): void {
    for (const sleeper of [...this.sleepers]) sleeper();
  }

  wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((done) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        this.sleepers.delete(end);
        done();
      };
      const timer = setTimeout(end, milliseconds);
      signal.addEventListener('abort', end, { once: true });
      this.sleepers.add(end);
    });
  }
}
