import type { ExplainOutcome, ExplainRequest } from '../deid/explain/types.js';
import type { DeidentifyOutcome, InspectOutcome, VerifiedInstance } from '../deid/types.js';
import type { CheckOutcome, CheckRequest } from '../spool/checkObject.js';
import type { SealedPlace } from '../spool/sealedFiles.js';
import type { DeidentifyItem } from './deidEngine.js';
import type { WriteItem, WriteOutcome } from './objectWriter.js';

/** What the worker is asked. */
export type Question =
  | { readonly kind: 'inspect'; readonly items: readonly string[] }
  | { readonly kind: 'deidentify'; readonly items: readonly DeidentifyItem[] }
  | { readonly kind: 'explain'; readonly items: readonly ExplainRequest[] }
  | { readonly kind: 'write'; readonly items: readonly WriteItem[] }
  | { readonly kind: 'check'; readonly items: readonly CheckRequest[] };

/** `id` ties the answer to the question. */
export type WorkerRequest = Question & { readonly id: number };

export type WorkerOutcome = InspectOutcome | DeidentifyOutcome | ExplainOutcome | WriteOutcome | CheckOutcome;

export interface WorkerAnswer {
  readonly id: number;
  readonly outcomes: readonly WorkerOutcome[];
}

export interface WorkerSetup {
  readonly version: string;
  /** Where sealed files lie, and their key: the thread reads it by itself, so that it is in no message. */
  readonly sealed: SealedPlace;
}

/** Header bytes of the objects in a message: they move to the other thread, where they own their memory. */
export function ownedBuffers(objects: readonly VerifiedInstance[]): ArrayBuffer[] {
  const owned = objects
    .flatMap(({ segments }) => segments)
    .flatMap((segment) => ('bytes' in segment ? [segment.bytes] : []))
    .filter(({ buffer, byteLength }) => buffer.byteLength === byteLength)
    .flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));
  return [...new Set(owned)];
}
