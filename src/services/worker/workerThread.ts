import { Worker } from 'node:worker_threads';
import type { DisposableLike } from '../support/disposable.js';
import { GiftCloudError, throwIfAborted } from '../support/errors.js';
import {
  ownedBuffers,
  type Question,
  type WorkerAnswer,
  type WorkerOutcome,
  type WorkerSetup,
} from './messages.js';

interface Waiting {
  readonly resolve: (outcomes: readonly WorkerOutcome[]) => void;
  readonly reject: (error: Error) => void;
}

/** Small enough that a cancelled job stops soon, large enough that messages cost nothing. */
const chunkSize = 32;

/**
 * A worker thread that answers questions. It starts with the first one; if it dies, the questions under way fail (INTERNAL,
 * retryable) and the next one starts a new thread.
 */
export class WorkerThread implements DisposableLike {
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 1;

  constructor(
    private readonly script: string,
    private readonly setup: WorkerSetup,
  ) {}

  /** Asks about many items, some at a time. @throws CANCELLED, INTERNAL */
  async ask<T>(
    items: readonly T[],
    question: (some: readonly T[]) => Question,
    signal: AbortSignal | undefined,
  ): Promise<readonly WorkerOutcome[]> {
    const outcomes: WorkerOutcome[] = [];
    for (let at = 0; at < items.length; at += chunkSize) {
      throwIfAborted(signal);
      outcomes.push(...(await this.send(question(items.slice(at, at + chunkSize)))));
    }
    throwIfAborted(signal);
    return outcomes;
  }

  /** Starts the thread if it does not run: the first question finds it ready. */
  start(): Worker {
    if (this.worker) return this.worker;
    this.worker = this.launch();
    // An idle worker must not keep a program alive.
    this.worker.unref();
    return this.worker;
  }

  dispose(): void {
    void this.worker?.terminate();
    this.fail();
  }

  private send(question: Question): Promise<readonly WorkerOutcome[]> {
    const worker = this.start();
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.ref();
      const moved = question.kind === 'write' ? question.items.map(({ instance }) => instance) : [];
      worker.postMessage({ ...question, id }, ownedBuffers(moved));
    });
  }

  private launch(): Worker {
    const worker = new Worker(this.script, {
      workerData: this.setup,
      // Short-lived objects fill whatever they get: little room for them is collected often, and quickly.
      resourceLimits: { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 6 },
      // Nothing of the editor's environment is needed in there.
      env: {},
    });
    worker.on('message', ({ id, outcomes }: WorkerAnswer) => {
      this.waiting.get(id)?.resolve(outcomes);
      this.waiting.delete(id);
      if (this.waiting.size === 0) worker.unref();
    });
    worker.on('error', () => this.fail(worker));
    worker.on('exit', () => this.fail(worker));
    return worker;
  }

  private fail(worker = this.worker): void {
    if (worker !== this.worker) return;
    this.worker = undefined;
    const lost = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of lost) {
      reject(
        new GiftCloudError('INTERNAL', 'The de-identification worker stopped.', {
          hint: 'Repeat the action: nothing was sent for the files it was working on.',
          retryable: true,
        }),
      );
    }
  }
}
