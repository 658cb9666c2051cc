import type { TagDigit, TagPattern } from './ast.js';
import type { Language } from './lexer.js';

/** Creator of a block of private elements as version 6 can write it. */
const creatorForm = /^[A-Za-z][A-Za-z0-9 _.:-]*$/;

/**
 * The tag that is written `(gggg,eeee)`, with the wildcards of its language: X any digit, # odd, @ even; version 6 also
 * `x`, blanks around the comma, and `(gggg,{creator}ee)` for private elements. What is wrong with it otherwise.
 */
export function readTag(written: string, language: Language): TagPattern | string {
  const [, group = '', creator, element = ''] =
    /^\(([^,]*?)\s*,\s*(?:\{([^}]*)\})?([^,]*)\)$/.exec(written) ?? [];
  const digits = language === 4 ? /^[0-9A-FX#@a-f]+$/ : /^[0-9A-FXa-fx#@]+$/;
  if (group.length !== 4 || !digits.test(group)) return 'The group of a tag has four digits.';
  if (element.length !== (creator === undefined ? 4 : 2) || !digits.test(element)) {
    return creator === undefined
      ? 'The element of a tag has four digits.'
      : 'The element of a private tag has two digits behind its creator.';
  }
  const pattern = { group: digitsOf(group), element: digitsOf(element) };
  if (language === 4 && /\s/.test(written)) return 'A tag of version 4 has no blanks.';
  if (language === 4) return creator === undefined ? pattern : 'Version 4 names private elements by number.';
  return versionSix(pattern, creator);
}

/** Version 6 tells public and private apart by the last digit of the group, and names private elements by creator. */
function versionSix(pattern: TagPattern, creator: string | undefined): TagPattern | string {
  const last = pattern.group[3];
  if (last === 'any') return 'The last digit of a group says public or private: write a digit, # or @.';
  const isPrivate = last === 'odd' || (typeof last === 'number' && last % 2 === 1);
  if (creator === undefined) {
    return isPrivate ? 'A private element is written with its creator: (0019,{CREATOR}01).' : pattern;
  }
  if (!isPrivate) return 'Only odd groups have private creators.';
  if (!creatorForm.test(creator)) return 'A private creator begins with a letter and holds letters, digits, blanks and _ . : - only.'; // prettier-ignore
  return { ...pattern, creator };
}

function digitsOf(text: string): readonly TagDigit[] {
  return Array.from(text, (digit): TagDigit => {
    if (digit === 'X' || digit === 'x') return 'any';
    if (digit === '#') return 'odd';
    return digit === '@' ? 'even' : parseInt(digit, 16);
  });
}

/** The tag of a pattern without wildcards; undefined with one, and for private elements, whose block is not known yet. */
export function exactTag({ group, element, creator }: TagPattern): number | undefined {
  if (creator !== undefined) return undefined;
  return numberOf([...group, ...element]);
}

/** The number that digits without wildcards make. */
export function numberOf(digits: readonly TagDigit[]): number | undefined {
  let number = 0;
  for (const digit of digits) {
    if (typeof digit !== 'number') return undefined;
    number = number * 16 + digit;
  }
  return number;
}

export function digitsMatch(pattern: readonly TagDigit[], value: number): boolean {
  let rest = value;
  for (let at = pattern.length - 1; at >= 0; at--) {
    const digit = rest & 0xf;
    const wanted = pattern[at];
    if (typeof wanted === 'number' ? digit !== wanted : !wildcardMatches(wanted, digit)) return false;
    rest >>>= 4;
  }
  return true;
}

function wildcardMatches(wanted: Exclude<TagDigit, number> | undefined, digit: number): boolean {
  return wanted === 'any' || (wanted === 'odd') === (digit % 2 === 1);
}
