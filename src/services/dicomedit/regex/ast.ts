/** A set of code points, as a test. */
export type CodePointTest = (code: number) => boolean;

export type Anchor = 'lineStart' | 'lineEnd' | 'textStart' | 'textEnd' | 'textEndOrLine' | 'word' | 'noWord';

/** A regular expression of Java, read. */
export type Node =
  | { readonly kind: 'one'; readonly test: CodePointTest }
  | { readonly kind: 'anchor'; readonly anchor: Anchor }
  | { readonly kind: 'sequence'; readonly nodes: readonly Node[] }
  | { readonly kind: 'choice'; readonly options: readonly Node[] }
  | { readonly kind: 'group'; readonly index: number; readonly node: Node }
  | { readonly kind: 'back'; readonly index: number; readonly ignoreCase: boolean }
  | { readonly kind: 'look'; readonly negative: boolean; readonly node: Node }
  /** Once matched, it is not tried in another way. */
  | { readonly kind: 'atomic'; readonly node: Node }
  | {
      readonly kind: 'repeat';
      readonly node: Node;
      readonly least: number;
      readonly most: number;
      readonly lazy: boolean;
    };

export interface JavaPattern {
  readonly node: Node;
  /** Number of groups, without the whole match. */
  readonly groups: number;
}

/** What can't be read as a regular expression of Java, or is more than this program does. */
export class PatternError extends Error {}
