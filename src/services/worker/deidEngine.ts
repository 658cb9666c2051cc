import type { DeidentificationRequest, DeidentifyOutcome, InspectOutcome, Refusal } from '../deid/types.js';
import type { DisposableLike } from '../support/disposable.js';

export interface DeidentifyItem {
  readonly path: string;
  readonly request: DeidentificationRequest;
}

export interface AnonymiseItem extends DeidentifyItem {
  /** Folder below which `<study uid>/<series uid>/<sop uid>.dcm` is written, with the new UIDs. */
  readonly outFolder: string;
}

/** `output` is relative to `outFolder`. `present`: the same bytes were there already. */
export type AnonymiseOutcome =
  { readonly status: 'deidentified' | 'present'; readonly output: string; readonly size: number } | Refusal;

/**
 * De-identification behind one interface, in this thread or in a worker. Each call takes a batch and gives one outcome
 * per item, in order; one bad file never fails a batch.
 * @throws CANCELLED when the signal fires, INTERNAL (retryable) when the worker died.
 */
export interface DeidEngine extends DisposableLike {
  inspect(paths: readonly string[], signal?: AbortSignal): Promise<readonly InspectOutcome[]>;
  deidentify(items: readonly DeidentifyItem[], signal?: AbortSignal): Promise<readonly DeidentifyOutcome[]>;
  anonymiseToFolder(
    items: readonly AnonymiseItem[],
    signal?: AbortSignal,
  ): Promise<readonly AnonymiseOutcome[]>;
}
