import type { ObjectWriter, WriteItem, WriteOutcome } from './objectWriter.js';
import type { WorkerThread } from './workerThread.js';

/** Files from which on a thread is worth its start. */
const worthAThread = 16;

/**
 * The writer in a worker thread: one object is written while the next is de-identified. Where the calling thread may be
 * blocked (`here`), a few files are written by it, before a thread would have started.
 */
export class WriterWorker implements ObjectWriter {
  private started = false;

  constructor(
    private readonly thread: WorkerThread,
    private readonly here?: ObjectWriter,
  ) {}

  expect(objects: number): void {
    if (objects < worthAThread) return;
    this.started = true;
    this.thread.start();
  }

  async write(items: readonly WriteItem[], signal?: AbortSignal): Promise<readonly WriteOutcome[]> {
    this.started ||= items.length >= worthAThread;
    if (!this.started && this.here) return this.here.write(items, signal);
    const outcomes = await this.thread.ask(items, (some) => ({ kind: 'write', items: some }), signal);
    return outcomes as readonly WriteOutcome[];
  }
}
