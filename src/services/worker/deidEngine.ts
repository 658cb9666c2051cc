import type { ExplainOutcome, ExplainRequest } from '../deid/explain/types.js';
import type { DeidentificationRequest, DeidentifyOutcome, InspectOutcome } from '../deid/types.js';

export interface DeidentifyItem {
  readonly path: string;
  readonly request: DeidentificationRequest;
}

/**
 * De-identification behind one interface, in this thread or in a worker. Each call takes a batch and gives one outcome
 * per item, in order; one bad file never fails a batch.
 * @throws CANCELLED when the signal fires, INTERNAL (retryable) when the worker died.
 */
export interface DeidEngine {
  inspect(paths: readonly string[], signal?: AbortSignal): Promise<readonly InspectOutcome[]>;
  deidentify(items: readonly DeidentifyItem[], signal?: AbortSignal): Promise<readonly DeidentifyOutcome[]>;
  /** Says what de-identification does, line by line; what it answers holds identifiers. */
  explain(items: readonly ExplainRequest[], signal?: AbortSignal): Promise<readonly ExplainOutcome[]>;
}
