import type { Position } from './diagnostics.js';

/** Syntax trees of both languages. Grammar: DicomEdit 4.0.0 and 6.6.0. */

/** One hexadecimal digit of a tag, or a wildcard: any, odd, even. */
export type TagDigit = number | 'any' | 'odd' | 'even';

/** `(gggg,eeee)`, or `(gggg,{creator}ee)`, where `element` has two digits that count inside the block of the creator. */
export interface TagPattern {
  readonly group: readonly TagDigit[];
  readonly element: readonly TagDigit[];
  readonly creator?: string;
}

/** Which item of a sequence: its number from 0, any of them (`[%]`), or not said. */
export type ItemChoice = number | 'any' | undefined;

export type PathStep =
  | { readonly kind: 'tag'; readonly tag: TagPattern; readonly item: ItemChoice }
  /** `*` any number of levels, `+` at least one, `.` exactly one. */
  | { readonly kind: 'levels'; readonly levels: 'any' | 'some' | 'one' };

export interface Path {
  readonly steps: readonly PathStep[];
  readonly at: Position;
}

export type Expression =
  | { readonly kind: 'text'; readonly text: string; readonly at: Position }
  | { readonly kind: 'number'; readonly text: string; readonly at: Position }
  | { readonly kind: 'variable'; readonly name: string; readonly at: Position }
  | { readonly kind: 'path'; readonly path: Path; readonly at: Position }
  | { readonly kind: 'list'; readonly entries: readonly Expression[]; readonly at: Position }
  | Call;

export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expression[];
  readonly at: Position;
}

export type Comparison = '=' | '!=' | '~' | '!~';

export type Condition =
  | {
      readonly kind: 'compare';
      readonly left: Expression;
      readonly operator: Comparison;
      readonly right: Expression;
      readonly at: Position;
    }
  | { readonly kind: 'holds'; readonly call: Call; readonly at: Position };

export type Action =
  | {
      readonly kind: 'assign';
      readonly target: Path;
      /** `?=`: only what is there already. */
      readonly onlyExisting: boolean;
      readonly value: Expression;
      readonly at: Position;
    }
  | {
      readonly kind: 'assignVariable';
      readonly name: string;
      readonly value: Expression;
      readonly at: Position;
    }
  | { readonly kind: 'delete'; readonly target: Path; readonly at: Position }
  | { readonly kind: 'call'; readonly call: Call; readonly at: Position }
  | { readonly kind: 'echo'; readonly value: Expression | undefined; readonly at: Position };

export interface Branch {
  readonly condition: Condition;
  readonly body: readonly Statement[];
}

/** A statement of DicomEdit 6. */
export type Statement =
  | Action
  | {
      readonly kind: 'ternary';
      readonly condition: Condition;
      readonly then: Action;
      readonly otherwise: Action | undefined;
      readonly at: Position;
    }
  | {
      readonly kind: 'if';
      readonly branches: readonly Branch[];
      readonly otherwise: readonly Statement[] | undefined;
      readonly at: Position;
    }
  | { readonly kind: 'removeAllPrivateTags'; readonly at: Position }
  /** `external`: the variable must be supplied when the script has not set it before. */
  | { readonly kind: 'describe'; readonly name: string; readonly external: boolean; readonly at: Position };

/** Action of DicomEdit 4; its tags are plain numbers at the top level. */
export type OldAction =
  | {
      readonly kind: 'assign';
      readonly target: TagPattern;
      readonly value: Expression;
      readonly at: Position;
    }
  | { readonly kind: 'assignNewUid'; readonly target: TagPattern; readonly at: Position }
  | { readonly kind: 'delete'; readonly target: TagPattern; readonly at: Position }
  | { readonly kind: 'echo'; readonly value: Expression | undefined; readonly at: Position };

/** A statement of DicomEdit 4: an action under conditions that must all hold. */
export interface OldStatement {
  readonly conditions: readonly Condition[];
  readonly action: OldAction;
  readonly at: Position;
}

/** `name := value`: what the variable is when nobody supplies it; its place in the script does not matter. */
export interface OldVariable {
  readonly name: string;
  readonly value: Expression;
  readonly at: Position;
}

export interface Script6 {
  readonly language: 6;
  readonly statements: readonly Statement[];
  /** Variables that the script uses without setting them, as it spells them, with the place of the first use. */
  readonly externals: ReadonlyMap<string, Position>;
}

export interface Script4 {
  readonly language: 4;
  readonly statements: readonly OldStatement[];
  readonly variables: readonly OldVariable[];
  /** In lower case. */
  readonly externals: ReadonlyMap<string, Position>;
}

export type Script = Script4 | Script6;
