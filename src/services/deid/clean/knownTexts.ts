import { fold, foldWrittenOut } from './fold.js';
import { unspaced } from './matches.js';

/** From here on a value counts wherever it stands; shorter ones only as whole tokens (they would hit by chance). */
export const shortestInside = 4;
const shortestToken = 2;

/** Words that stand where a name is missing, titles and particles: they name nobody. */
const nobody: ReadonlySet<string> = new Set([
  'anon', 'anonym', 'anonymous', 'anonymized', 'anonymised', 'deidentified', 'name', 'noname', 'none', 'null', 'patient',
  'phantom', 'removed', 'test', 'unknown', 'unnamed', 'baby', 'boy', 'girl', 'na', 'no', 'nn', 'xx', 'xxx',
  'dr', 'med', 'mr', 'mrs', 'ms', 'miss', 'prof', 'md', 'phd', 'msc', 'bsc', 'jr', 'sr', 'ii', 'iii', 'iv', 'herr', 'frau',
  'al', 'el', 'ibn', 'bin', 'abu', 'de', 'da', 'di', 'do', 'du', 'des', 'del', 'dos', 'den', 'der', 'van', 'von', 'vom', 'zu',
  'zum', 'zur', 'la', 'le', 'les', 'lo', 'los', 'las', 'und', 'and', 'of', 'the', 'ten', 'ter', 'to', 'st', 'san',
]); // prettier-ignore

/** A text to look for, folded. */
export interface KnownText {
  readonly folded: string;
  readonly wholeTokens: boolean;
}

/** Parts of a person name that may identify, as they are spelled (PS3.5 6.2.1); names without blanks also as a whole. */
export function namePartsOf(name: string): readonly string[] {
  const parts = name.split(/[\^=\\\s,;()]+/);
  const whole = name.split('=').filter((group) => unspaced.test(group) && group.includes('^'));
  return [...parts, ...whole.map((group) => group.replace(/[\^\s]+/g, ''))].filter(
    (part) => isWorthwhile(part) && !nobody.has(fold(part)),
  );
}

/** Numbers in an identifier that holds several things ("HN-4471 (old)"). */
export function idPartsOf(id: string): readonly string[] {
  const parts = id.split(/[\s,;^=|/()]+/).filter((part) => part.length >= shortestInside && /\d/.test(part));
  return parts.includes(id) ? [] : parts;
}

/** Whether a value is long enough to be looked for at all: two characters. */
export function isWorthwhile(value: string): boolean {
  return fold(value).trim().length >= shortestToken;
}

/** Forms in which a name or an identifier is looked for. */
export function knownForms(value: string): readonly KnownText[] {
  const written = foldWrittenOut(value.trim());
  const wholeTokens = value.trim().length < shortestInside && !unspaced.test(value);
  const forms = written === undefined ? [fold(value.trim())] : [fold(value.trim()), written];
  return forms.map((folded) => ({
    folded,
    wholeTokens: wholeTokens || (folded.length < shortestInside && !unspaced.test(value)),
  }));
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const longMonths = [
  'january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december',
]; // prettier-ignore

/** A DA value, and how people write it; the text as it is where it is no date. */
export function dateForms(date: string): readonly string[] {
  const parts = /^(\d{4})[.-]?(\d\d)[.-]?(\d\d)$/.exec(date);
  if (!parts) return date.length >= shortestInside ? [date] : [];
  const [, year = '', month = '', day = ''] = parts;
  const numbers = ['.', '/', '-', ' '].flatMap((sign) => {
    const short = year.slice(2);
    const [m, d] = [String(Number(month)), String(Number(day))];
    return [
      [year, month, day], [year, m, d], [day, month, year], [month, day, year], [d, m, year], [m, d, year],
      [day, month, short], [month, day, short],
    ].map((order) => order.join(sign)); // prettier-ignore
  });
  const index = Number(month) - 1;
  const words = [months[index], longMonths[index]].flatMap(
    (name) =>
    name === undefined
      ? []
      : [day, String(Number(day))].flatMap((d) => [
          `${d} ${name} ${year}`, `${d}-${name}-${year}`, `${d}${name}${year}`, `${d}. ${name} ${year}`,
          `${name} ${d}, ${year}`, `${name} ${d} ${year}`,
        ]), // prettier-ignore
  );
  return [...new Set([year + month + day, day + month + year, month + day + year, ...numbers, ...words])];
}
