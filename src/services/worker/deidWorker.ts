import { Worker } from 'node:worker_threads';
import type { DeidentifyOutcome, InspectOutcome } from '../deid/types.js';
import { GiftCloudError, throwIfAborted } from '../support/errors.js';
import type { AnonymiseItem, AnonymiseOutcome, DeidEngine, DeidentifyItem } from './deidEngine.js';
import type { WorkerAnswer, WorkerOutcome, WorkerRequest, WorkerSetup } from './messages.js';

interface Waiting {
  readonly resolve: (outcomes: readonly WorkerOutcome[]) => void;
  readonly reject: (error: Error) => void;
}

/** Small enough that a cancelled job stops soon, large enough that messages cost nothing. */
const chunkSize = 32;

type Question = Omit<WorkerRequest, 'id'>;

/**
 * The engine in a worker thread, so that the extension host is never blocked. The thread starts with the first call; if it
 * dies, the calls under way fail (INTERNAL, retryable) and the next call starts a new one.
 */
export class DeidWorker implements DeidEngine {
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 1;

  constructor(
    private readonly script: string,
    private readonly setup: WorkerSetup,
  ) {}

  async inspect(paths: readonly string[], signal?: AbortSignal): Promise<readonly InspectOutcome[]> {
    return (await this.inChunks(
      paths,
      (items) => ({ kind: 'inspect', items }),
      signal,
    )) as readonly InspectOutcome[];
  }

  async deidentify(
    items: readonly DeidentifyItem[],
    signal?: AbortSignal,
  ): Promise<readonly DeidentifyOutcome[]> {
    return (await this.inChunks(
      items,
      (some) => ({ kind: 'deidentify', items: some }),
      signal,
    )) as readonly DeidentifyOutcome[];
  }

  async anonymiseToFolder(
    items: readonly AnonymiseItem[],
    signal?: AbortSignal,
  ): Promise<readonly AnonymiseOutcome[]> {
    return (await this.inChunks(
      items,
      (some) => ({ kind: 'anonymise', items: some }),
      signal,
    )) as readonly AnonymiseOutcome[];
  }

  dispose(): void {
    void this.worker?.terminate();
    this.fail();
  }

  private async inChunks<T>(
    items: readonly T[],
    question: (some: readonly T[]) => Question,
    signal: AbortSignal | undefined,
  ): Promise<readonly WorkerOutcome[]> {
    const outcomes: WorkerOutcome[] = [];
    for (let at = 0; at < items.length; at += chunkSize) {
      throwIfAborted(signal);
      outcomes.push(...(await this.ask(question(items.slice(at, at + chunkSize)))));
    }
    throwIfAborted(signal);
    return outcomes;
  }

  private ask(question: Question): Promise<readonly WorkerOutcome[]> {
    const worker = (this.worker ??= this.start());
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ ...question, id });
    });
  }

  private start(): Worker {
    const worker = new Worker(this.script, {
      workerData: this.setup,
      resourceLimits: { maxOldGenerationSizeMb: 512 },
      // Nothing of the editor's environment is needed in there.
      env: {},
    });
    worker.on('message', ({ id, outcomes }: WorkerAnswer) => {
      this.waiting.get(id)?.resolve(outcomes);
      this.waiting.delete(id);
      // An idle worker must not keep a program alive.
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
