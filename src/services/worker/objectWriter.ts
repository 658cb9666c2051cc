import type { Refusal, VerifiedInstance } from '../deid/types.js';

export interface WriteItem {
  /** The file that the ranges of the object count in. */
  readonly path: string;
  readonly instance: VerifiedInstance;
  /** Folder below which `<study uid>/<series uid>/<sop uid>.dcm` is written, with the new UIDs. */
  readonly outFolder: string;
}

/** `output` is relative to `outFolder`. `present`: the same bytes were there already. */
export type WriteOutcome =
  { readonly status: 'deidentified' | 'present'; readonly output: string; readonly size: number } | Refusal;

/**
 * Writes verified objects into folders, in this thread or in a worker. Each call takes a batch and gives one outcome per
 * item, in order; one that can't be written never fails a batch.
 * @throws CANCELLED when the signal fires, INTERNAL (retryable) when the worker died.
 */
export interface ObjectWriter {
  /** Tells early that so many objects, about, will come: what takes time to start starts meanwhile. */
  expect(objects: number): void;
  write(items: readonly WriteItem[], signal?: AbortSignal): Promise<readonly WriteOutcome[]>;
}
