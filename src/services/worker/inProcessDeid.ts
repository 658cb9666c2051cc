import { ScriptShelf } from '../deid/applyScripts.js';
import { deidentifyInstance, type DeidentifierOptions } from '../deid/deidentify.js';
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
    return inTurn(paths, (path) => inspectInstance(path), signal);
  }

  deidentify(items: readonly DeidentifyItem[], signal?: AbortSignal): Promise<readonly DeidentifyOutcome[]> {
    return inTurn(items, ({ path, request }) => deidentifyInstance(path, request, this.options), signal);
  }
}
