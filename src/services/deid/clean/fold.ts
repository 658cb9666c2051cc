import type { TextUnit } from '../../dicom/charsets.js';

/** Letters that are no base letter with an accent, and how people write them without. */
const plain: Readonly<Record<string, string>> = {
  ß: 'ss', ẞ: 'ss', ł: 'l', ø: 'o', đ: 'd', ð: 'd', þ: 'th', æ: 'ae', œ: 'oe', ı: 'i', ħ: 'h', ς: 'σ', ـ: '',
}; // prettier-ignore
const special = /[ßẞłøđðþæœıħςـ]/gu;
const ascii = /^[\0-\x7f]*$/;

/** A text without case and accents: "MÜLLER", "Muller" and full-width letters are the same name. Blanks stay. */
export function fold(text: string): string {
  if (ascii.test(text)) return text.toLowerCase();
  return (
    text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      // Korean syllables become whole again: a name is no part of another syllable.
      .normalize('NFC')
      .toLowerCase()
      .replace(special, (letter) => plain[letter] ?? letter)
  );
}

/** German umlauts written out: "mueller" for "Müller". Undefined when the text has none. */
export function foldWrittenOut(text: string): string | undefined {
  if (ascii.test(text)) return undefined;
  const written = text
    .normalize('NFC')
    .replace(/[äöüåøÄÖÜÅØ]/g, (letter) => umlauts[letter.toLowerCase()] ?? letter);
  return written === text.normalize('NFC') ? undefined : fold(written);
}

const umlauts: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe' };

/** A folded text and, for each of its characters, the unit that it was made of. */
export interface FoldedText {
  readonly text: string;
  readonly owners: readonly number[];
}

/** Folds character by character, so that a place in the folded text leads back to bytes. */
export function foldUnits(units: readonly TextUnit[]): FoldedText {
  let text = '';
  const owners: number[] = [];
  units.forEach((unit, index) => {
    const folded = fold(unit.text);
    text += folded;
    for (let at = 0; at < folded.length; at++) owners.push(index);
  });
  return { text, owners };
}
