import type { DeidentificationCounts, DeidentificationRequest, Refusal } from '../types.js';

/** What became of one attribute, seen by comparing the object before with the object that was made. */
export type RowState = 'kept' | 'removed' | 'emptied' | 'replaced' | 'uidReplaced' | 'added';

/** Why it became that. */
export type Rule =
  | {
      /** Table E.1-1 of PS3.15, or what it forgets (`beyond`), with the action that applied here. */
      readonly kind: 'table' | 'beyond';
      readonly action: 'D' | 'Z' | 'X' | 'U' | 'U*';
    }
  | {
      /**
       * private: private elements go; unknown: not in the dictionary, or nobody can tell what it holds; identity: who the
       * object becomes; mark: says that it was de-identified; uid: a UID replaced by value; within: went or came with its
       * sequence; format: group lengths and file meta are written anew; option: an option of the profile or a script.
       */
      readonly kind:
        'private' | 'unknown' | 'identity' | 'mark' | 'uid' | 'within' | 'format' | 'option' | 'none';
    };

/** A value as a person reads it: a text (shortened), or the size of what is no text. */
export type ShownValue = string | { readonly bytes: number } | { readonly items: number };

/** One line of the comparison. `before` holds identifiers: it lives in memory only, and is shown when asked for. */
export interface ExplainedRow {
  /** 0 at the top level, 1 for the items of its sequences and what is in them, ... */
  readonly depth: number;
  /** `(0010,0010)`; undefined for the line that begins an item. */
  readonly tag?: string;
  /** Number of the item, from 1. */
  readonly item?: number;
  /** Name from the dictionary; empty for private and unknown elements. */
  readonly name: string;
  readonly vr: string;
  readonly state: RowState;
  readonly rule: Rule;
  readonly before?: ShownValue;
  readonly after?: ShownValue;
}

/** A text that stays in the object, for a person to glance at. */
export interface KeptText {
  readonly tag: string;
  readonly name: string;
  /** Shortened. */
  readonly text: string;
}

export interface ExplainRequest {
  readonly path: string;
  readonly request: DeidentificationRequest;
  /** Lines are wanted too, not only the summary. */
  readonly rows: boolean;
}

export interface Explanation {
  readonly status: 'explained';
  readonly sopClassUid: string;
  readonly modality: string;
  /** Why nothing of the object would be sent: then there is no object after, and the lines say what the rules are. */
  readonly held: Refusal | undefined;
  /** What the profile did; undefined for an object that is held. */
  readonly counts: DeidentificationCounts | undefined;
  /** Attributes that stay as they are. */
  readonly kept: number;
  readonly texts: readonly KeptText[];
  readonly rows: readonly ExplainedRow[];
  /** Lines of large objects that were left out. */
  readonly omitted: number;
}

export type ExplainOutcome = Explanation | Refusal;
