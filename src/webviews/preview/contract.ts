/** What the page of the preview and the extension say to each other. Types only: both sides are bundled apart. */

export type LineState = 'kept' | 'removed' | 'emptied' | 'replaced' | 'uidReplaced' | 'added';

/** One line of the comparison, in words. The value before is not among them: the page asks for it when it is wanted. */
export interface PreviewLine {
  readonly depth: number;
  /** Empty for a line that begins an item. */
  readonly tag: string;
  readonly name: string;
  readonly vr: string;
  readonly state: LineState;
  readonly stateText: string;
  readonly rule: string;
  /** Whether there is a value to ask for, or why there is none. */
  readonly before: 'hidden' | 'same' | 'empty' | 'none';
  /** Undefined where nothing is left. */
  readonly after?: string;
}

/** A series, or what is held back for one reason. */
export interface PreviewChoice {
  readonly label: string;
  /** Heading of its group. */
  readonly group: string;
  readonly instances: number;
}

export interface KeptTextLine {
  readonly name: string;
  readonly text: string;
  readonly objects: string;
}

export type ToPage =
  | { readonly kind: 'choices'; readonly choices: readonly PreviewChoice[] }
  | {
      readonly kind: 'summary';
      readonly headline: string;
      readonly counts: readonly { readonly label: string; readonly count: string }[];
      readonly refused: readonly string[];
      readonly textsHeading: string;
      readonly texts: readonly KeptTextLine[];
    }
  | {
      readonly kind: 'object';
      /** Names this object in what the page asks for; another one makes it invalid. */
      readonly object: number;
      readonly choice: number;
      /** From 0. */
      readonly instance: number;
      readonly heading: string;
      /** Why nothing of it would be sent. */
      readonly held?: string;
      readonly omitted?: string;
      readonly lines: readonly PreviewLine[];
    }
  | { readonly kind: 'values'; readonly object: number; readonly values: readonly [number, string][] }
  /** Empty when there is nothing under way. */
  | { readonly kind: 'busy'; readonly text: string }
  | { readonly kind: 'failed'; readonly text: string };

export type FromPage =
  /** The page is there, for the first time or again: it remembers nothing. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'choose'; readonly choice: number; readonly instance: number }
  /** Values before, of the lines with these numbers. */
  | { readonly kind: 'reveal'; readonly object: number; readonly lines: readonly number[] };

/** Texts that the page puts together itself, in the language of the editor. */
export interface PageTexts {
  readonly same: string;
  readonly empty: string;
  /** {0}: name of the attribute. */
  readonly showValue: string;
  readonly hideAll: string;
  readonly showAll: string;
  readonly shown: string;
  readonly hidden: string;
  /** {0} of {1} lines. */
  readonly lines: string;
  /** of {0} */
  readonly ofInstances: string;
}
