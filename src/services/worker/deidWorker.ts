import type { ExplainOutcome, ExplainRequest } from '../deid/explain/types.js';
import type { DeidentifyOutcome, InspectOutcome } from '../deid/types.js';
import type { DeidEngine, DeidentifyItem } from './deidEngine.js';
import type { WorkerThread } from './workerThread.js';

/** The engine in a worker thread, so that the extension host is never blocked. */
export class DeidWorker implements DeidEngine {
  constructor(private readonly thread: WorkerThread) {}

  async inspect(paths: readonly string[], signal?: AbortSignal): Promise<readonly InspectOutcome[]> {
    const outcomes = await this.thread.ask(paths, (items) => ({ kind: 'inspect', items }), signal);
    return outcomes as readonly InspectOutcome[];
  }

  async deidentify(
    items: readonly DeidentifyItem[],
    signal?: AbortSignal,
  ): Promise<readonly DeidentifyOutcome[]> {
    const outcomes = await this.thread.ask(items, (some) => ({ kind: 'deidentify', items: some }), signal);
    return outcomes as readonly DeidentifyOutcome[];
  }

  async explain(items: readonly ExplainRequest[], signal?: AbortSignal): Promise<readonly ExplainOutcome[]> {
    const outcomes = await this.thread.ask(items, (some) => ({ kind: 'explain', items: some }), signal);
    return outcomes as readonly ExplainOutcome[];
  }
}
