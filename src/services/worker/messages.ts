import type { AnonymiseItem, AnonymiseOutcome, DeidentifyItem } from './deidEngine.js';
import type { DeidentifyOutcome, InspectOutcome } from '../deid/types.js';

/** What the worker is asked; `id` ties the answer to the question. */
export type WorkerRequest = { readonly id: number } & (
  | { readonly kind: 'inspect'; readonly items: readonly string[] }
  | { readonly kind: 'deidentify'; readonly items: readonly DeidentifyItem[] }
  | { readonly kind: 'anonymise'; readonly items: readonly AnonymiseItem[] }
);

export type WorkerOutcome = InspectOutcome | DeidentifyOutcome | AnonymiseOutcome;

export interface WorkerAnswer {
  readonly id: number;
  readonly outcomes: readonly WorkerOutcome[];
}

export interface WorkerSetup {
  readonly version: string;
}
