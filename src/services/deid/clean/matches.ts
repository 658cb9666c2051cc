/** A place in a folded text: from `start` to before `end`. */
export interface Match {
  readonly start: number;
  readonly end: number;
}

/** Scripts that write words without blanks between them: two characters make a name, and no letter ends it. */
export const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;
const wordCharacter = /[\p{L}\p{N}]/u;

/**
 * Every place where a value stands in a text, both folded. `wholeTokens`: only where no other letter or digit touches it,
 * which short values need not to be found everywhere.
 */
export function* matchesOf(text: string, value: string, wholeTokens: boolean): Generator<Match> {
  for (let start = text.indexOf(value); start >= 0; start = text.indexOf(value, start + 1)) {
    const end = start + value.length;
    if (!wholeTokens || (bounded(text[start - 1], value[0]) && bounded(text[end], value.at(-1)))) {
      yield { start, end };
    }
  }
}

/** Whether a word may end between these two characters. */
function bounded(outside: string | undefined, inside: string | undefined): boolean {
  if (outside === undefined || inside === undefined || !wordCharacter.test(outside)) return true;
  return unspaced.test(inside) || unspaced.test(outside);
}
