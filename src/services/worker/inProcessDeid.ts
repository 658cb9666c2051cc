import { FolderAnonymiser } from '../deid/anonymiseFile.js';
import { deidentifyInstance, type DeidentifierOptions } from '../deid/deidentify.js';
import { inspectInstance } from '../deid/inspect.js';
import type { DeidentifyOutcome, InspectOutcome } from '../deid/types.js';
import { throwIfAborted } from '../support/errors.js';
import type { AnonymiseItem, AnonymiseOutcome, DeidEngine, DeidentifyItem } from './deidEngine.js';

/** The engine in the calling thread: right where blocking is no harm (command line), and inside the worker itself. */
export class InProcessDeid implements DeidEngine {
  private anonymiser: FolderAnonymiser | undefined;

  constructor(private readonly options: DeidentifierOptions) {}

  inspect(paths: readonly string[], signal?: AbortSignal): Promise<readonly InspectOutcome[]> {
    return each(paths, (path) => inspectInstance(path), signal);
  }

  deidentify(items: readonly DeidentifyItem[], signal?: AbortSignal): Promise<readonly DeidentifyOutcome[]> {
    return each(items, ({ path, request }) => deidentifyInstance(path, request, this.options), signal);
  }

  anonymiseToFolder(
    items: readonly AnonymiseItem[],
    signal?: AbortSignal,
  ): Promise<readonly AnonymiseOutcome[]> {
    const anonymiser = (this.anonymiser ??= new FolderAnonymiser(this.options));
    return each(items, (item) => anonymiser.run(item), signal);
  }

  dispose(): void {
    this.anonymiser = undefined;
  }
}

/** Other work gets its turn this often, so that signals arrive while a batch runs. */
const breathMs = 25;

async function each<T, R>(
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
