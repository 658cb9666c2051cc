/** How the program of a page asks the extension, and is told things. Types only: both sides are bundled apart. */

/** What a page may ask for, by name: what it says, and what it is answered. */
export type Calls = { readonly [name: string]: { readonly ask: unknown; readonly answer: unknown } };

export interface Question {
  /** Names the question in its reply. */
  readonly id: number;
  readonly name: string;
  readonly ask: unknown;
}

/** Every question gets one reply: an answer, or why there is none in words for a person. */
export type Reply =
  { readonly id: number; readonly answer: unknown } | { readonly id: number; readonly refused: string };

/** What the extension says without being asked. */
export interface Telling<T> {
  readonly tell: T;
}
