import { PatternError, type CodePointTest } from './ast.js';

/** Classes of characters of Java's regular expressions, without UNICODE_CHARACTER_CLASS. */

const inRange =
  (low: number, high: number): CodePointTest =>
  (code) =>
    code >= low && code <= high;

export const not =
  (test: CodePointTest): CodePointTest =>
  (code) =>
    !test(code);

export const anyOf =
  (tests: readonly CodePointTest[]): CodePointTest =>
  (code) =>
    tests.some((test) => test(code));

export const only =
  (code: number): CodePointTest =>
  (other) =>
    other === code;

const digit = inRange(0x30, 0x39);
const upper = inRange(0x41, 0x5a);
const lower = inRange(0x61, 0x7a);
const alpha = anyOf([upper, lower]);
const alnum = anyOf([alpha, digit]);
const blank = anyOf([only(0x20), only(0x09)]);
const space = anyOf([only(0x20), inRange(0x09, 0x0d)]);
const graph = inRange(0x21, 0x7e);
export const wordCharacter = anyOf([alnum, only(0x5f)]);

/** `\d`, `\D`, `\w` ... */
export const shorthands: Readonly<Record<string, CodePointTest>> = {
  d: digit,
  D: not(digit),
  w: wordCharacter,
  W: not(wordCharacter),
  s: space,
  S: not(space),
  h: anyOf([blank, only(0xa0)]),
  H: not(anyOf([blank, only(0xa0)])),
};

const posix: Readonly<Record<string, CodePointTest>> = {
  Lower: lower,
  Upper: upper,
  ASCII: inRange(0, 0x7f),
  Alpha: alpha,
  Digit: digit,
  Alnum: alnum,
  Punct: (code) => graph(code) && !alnum(code),
  Graph: graph,
  Print: inRange(0x20, 0x7e),
  Blank: blank,
  Cntrl: anyOf([inRange(0, 0x1f), only(0x7f)]),
  XDigit: anyOf([digit, inRange(0x41, 0x46), inRange(0x61, 0x66)]),
  Space: space,
};

/** Unicode categories and scripts that JavaScript knows under the same name. */
const categories =
  /^(?:Is)?(L|Lu|Ll|Lt|Lm|Lo|M|Mn|Mc|N|Nd|Nl|No|P|Pd|Ps|Pe|Po|S|Sm|Sc|Z|Zs|C|Cc|Alphabetic|Uppercase|Lowercase)$/;
const scripts = /^Is(Latin|Greek|Cyrillic|Hebrew|Arabic|Han|Hiragana|Katakana|Hangul|Thai)$/;

/** `\p{Name}`. @throws PatternError */
export function property(name: string): CodePointTest {
  const test = Object.hasOwn(posix, name) ? posix[name] : undefined;
  if (test) return test;
  const category = categories.exec(name)?.[1];
  const script = scripts.exec(name)?.[1];
  const known = category ?? (script && `Script=${script}`);
  if (known === undefined) throw new PatternError('A class of characters is not known.');
  const expression = new RegExp(`^\\p{${known}}$`, 'u');
  return (code) => expression.test(String.fromCodePoint(code));
}

export function range(low: number, high: number): CodePointTest {
  if (low > high) throw new PatternError('A range of characters is the wrong way round.');
  return inRange(low, high);
}

/** Line ends as `.` and `$` see them. */
export function isLineEnd(code: number): boolean {
  return code === 0x0a || code === 0x0d || code === 0x85 || code === 0x2028 || code === 0x2029;
}

/** The same test without regard to case: of ASCII letters, or with `unicode` of all. */
export function ignoringCase(test: CodePointTest, unicode: boolean): CodePointTest {
  return (code) => test(code) || casesOf(code, unicode).some(test);
}

export function casesOf(code: number, unicode: boolean): readonly number[] {
  if (code < 0x80) return alpha(code) ? [code ^ 0x20] : [];
  if (!unicode) return [];
  const text = String.fromCodePoint(code);
  return [text.toUpperCase(), text.toLowerCase()]
    .map((one) => Array.from(one))
    .flatMap(([first, ...more]) =>
      first !== undefined && more.length === 0 ? [first.codePointAt(0) ?? code] : [],
    );
}
