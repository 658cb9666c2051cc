import type { Language } from './syntax/lexer.js';

/** What can be told about a function without running it. */
export interface FunctionFacts {
  readonly name: string;
  readonly language: Language;
  /** Fewest and most arguments. */
  readonly args: readonly [fewest: number, most: number];
  /** Whether it has a value; the others only do something. */
  readonly gives: 'value' | 'nothing';
  readonly signature: string;
  readonly summary: string;
}

type Row = readonly [
  name: string,
  fewest: number,
  most: number,
  gives: 'value' | 'nothing',
  args: string,
  summary: string,
];

const many = Infinity;

const rows6: readonly Row[] = [
  ['alterPixels', 4, 4, 'nothing', 'shape, region, fill, values', 'Blacks out a rectangle of every frame, such as alterPixels["rectangle", "l=0, t=0, r=100, b=20", "solid", "v=0"]. Writes 0 whatever the value.'],
  ['and', 0, many, 'value', 'conditions...', 'True when all are true.'],
  ['blankValues', 0, many, 'nothing', 'values...', 'Empties every element, at any depth, whose whole text is one of the values.'],
  ['collectValues', 0, many, 'value', 'paths...', 'The values that the paths have now, as a list.'],
  ['concatenate', 0, many, 'value', 'texts...', 'The texts one behind the other.'],
  ['delete', 1, many, 'nothing', 'path', 'Deletes one element, named by a text such as "(0040,0275)[0]/(0010,0020)".'],
  ['equals', 0, many, 'value', 'values...', 'True when all values are equal; a path is not read: write valueAt[path].'],
  ['false', 0, 0, 'value', '', 'Never true.'],
  ['format', 1, many, 'value', 'pattern, values...', 'The pattern with {0}, {1} ... replaced; \'\' is a quote.'],
  ['getURL', 1, 1, 'value', 'address', 'What a web address answers; refused unless it was allowed.'],
  ['hashUID', 1, many, 'value', 'text', 'A UID made from the text; the same text always gives the same UID.'],
  ['hashUIDList', 0, many, 'nothing', 'paths...', 'Replaces every value of the paths by its hash.'],
  ['isPresent', 0, many, 'value', 'paths...', 'True when all elements are there; an empty one counts.'],
  ['ismatch', 2, 2, 'value', 'text, pattern', 'True when the whole text matches the regular expression.'],
  ['lookup', 2, 2, 'value', 'table, key', 'The value of a key in the lookup table; nothing without one.'],
  ['lowercase', 1, 1, 'value', 'text', 'The text in small letters.'],
  ['mapReferencedUIDs', 1, many, 'nothing', 'prefix, "path"...', 'Replaces UIDs by random ones, the same for the same; paths stand in quotes.'],
  ['mapUID', 2, 2, 'value', 'key, prefix', 'A random UID, the same for the same key. A path is not read: set a variable first.'],
  ['match', 3, 3, 'value', 'text, pattern, group', 'A group of the first place where the regular expression matches, or nothing.'],
  ['newUID', 0, 0, 'value', '', 'A new random UID.'],
  ['normalizeString', 1, 2, 'value', 'text, replacement', 'The text with everything outside ASCII replaced by _ or the replacement.'],
  ['or', 0, many, 'value', 'conditions...', 'True when one is true.'],
  ['reject', 0, 1, 'nothing', 'condition', 'Refuses the object, always or when the condition is true.'],
  ['removeTags', 0, many, 'nothing', 'paths...', 'Deletes what the paths match.'],
  ['replace', 3, 3, 'value', 'text, old, new', 'The text with each old part replaced.'],
  ['retainPrivateTags', 0, many, 'nothing', 'paths...', 'Deletes all private elements except those of the paths.'],
  ['scalePatientAgeAndDobFromStudyDate', 0, 0, 'nothing', '', 'Makes patients of more than 89 years 89 years old.'],
  ['set', 2, 2, 'nothing', 'path, text', 'Writes one element, named by a text such as "(0040,0275)[0]/(0010,0020)".'],
  ['shiftDateByIncrement', 2, 3, 'value', 'date, number, unit', 'The date moved by days (or years, hours, minutes, seconds).'],
  ['shiftDateTimeByIncrement', 2, 3, 'value', 'time, number, unit', 'The date and time moved by seconds (or years, days, hours, minutes).'],
  ['shiftDateTimeListByIncrement', 3, 3, 'nothing', '{paths}, number, unit', 'Moves the dates of the paths of a list.'],
  ['shiftDateTimeSequenceByIncrement', 1, many, 'nothing', 'seconds, "path"...', 'Moves the dates of the paths, which stand in quotes.'],
  ['substring', 3, 3, 'value', 'text, from, to', 'A part of the text, from 0, without the character at the end.'],
  ['true', 0, 0, 'value', '', 'Always true.'],
  ['uppercase', 1, many, 'value', 'text', 'The text in capital letters.'],
  ['valueAt', 1, 1, 'value', 'path', 'The value of an element, or nothing.'],
]; // prettier-ignore

const rows4: readonly Row[] = [
  ['format', 1, many, 'value', 'pattern, values...', 'The pattern with {0}, {1} ... replaced.'],
  ['getURL', 1, 1, 'value', 'address', 'What a web address answers; refused unless it was allowed.'],
  ['hashUID', 1, 1, 'value', 'text', 'A UID made from the text; the same text always gives the same UID.'],
  ['lowercase', 1, 1, 'value', 'text', 'The text in small letters.'],
  ['match', 3, 3, 'value', 'text, pattern, group', 'A group of the regular expression, which must match the whole text.'],
  ['replace', 3, 3, 'value', 'text, old, new', 'The text with each old part replaced.'],
  ['substring', 3, 3, 'value', 'text, from, to', 'A part of the text, from 0, without the character at the end.'],
  ['uppercase', 1, 1, 'value', 'text', 'The text in capital letters.'],
  ['urlEncode', 1, 1, 'value', 'text', 'The text as it stands in a web form.'],
]; // prettier-ignore

function factsOf(language: Language, rows: readonly Row[]): ReadonlyMap<string, FunctionFacts> {
  return new Map(
    rows.map(([name, fewest, most, gives, args, summary]) => [
      name,
      { name, language, args: [fewest, most], gives, signature: `${name}[${args}]`, summary },
    ]),
  );
}

/** The functions of DicomEdit 6.6.0 and of DicomEdit 4.0.0, by name. */
export const functionTable: Readonly<Record<Language, ReadonlyMap<string, FunctionFacts>>> = {
  4: factsOf(4, rows4),
  6: factsOf(6, rows6),
};
