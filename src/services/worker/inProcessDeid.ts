import { ScriptShelf } from '../deid/applyScripts.js';
import { deidentifyInstance, type DeidentifierOptions } from '../deid/deidentify.js';
import { explainInstance } from '../deid/explain/explainInstance.js';
import type { ExplainOutcome, ExplainRequest } from '../deid/explain/types.js';
import { inspectInstance } from '../deid/inspect.js';
import type { DeidentifyOutcome, InspectOutcome } from '../deid/types.js';
import type { DeidEngine, DeidentifyItem } from './deidEngine.js';
import { inTurn } from './inTurn.js';

/** The engine in the calling thread: right where blocking is no harm (command line), and inside the worker itself. */
export class InProcessDeid implements DeidEngine {
  private readonly options: DeidentifierOptions;

  constructor(options: DeidentifierOptions) {
    this.options = { scripts: new ScriptShelf(), ...options };
  }

  inspect(paths: readonly string[], signal?: AbortSignal): Promise<readonly InspectOutcome[]> {
    return inTurn(paths, (path) => inspectInstance(path, this.options.sources), signal);
  }

  deidentify(items: readonly DeidentifyItem[], signal?: AbortSignal): Promise<readonly DeidentifyOutcome[]> {
    return inTurn(items, ({ path, request }) => deidentifyInstance(path, request, this.options), signal);
  }

  explain(items: readonly ExplainRequest[], signal?: AbortSignal): Promise<readonly ExplainOutcome[]> {
    return inTurn(items, (item) => explainInstance(item, this.options), signal);
  }
}
