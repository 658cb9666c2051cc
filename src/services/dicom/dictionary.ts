import type { Tag } from './dataSet.js';
import { elementOf, groupOf, isGroupLength, isPrivate, isPrivateCreator } from './tags.js';
import { isVr, type Vr } from './vr.js';
import { dictionaryJson } from './generated/dictionary.js';

export interface DictionaryEntry {
  readonly vr: Vr;
  /** Keyword of PS3.6, with `RETIRED_` in front for retired elements; empty when unknown. */
  readonly keyword: string;
  /** False for private and unlisted tags: their VR is a guess (UN) and nothing is known about their meaning. */
  readonly known: boolean;
}

/**
 * Codes for elements whose VR depends on others, resolved as implicit VR needs it (PS3.5 A.1): words for pixels,
 * overlays and tables, unsigned for values that follow Pixel Representation (only the size matters to us).
 */
const ambiguous: Readonly<Record<string, Vr>> = { ox: 'OW', xs: 'US', up: 'UL', lt: 'OW' };

const groupLength: DictionaryEntry = { vr: 'UL', keyword: 'GenericGroupLength', known: true };
const privateCreator: DictionaryEntry = { vr: 'LO', keyword: 'PrivateCreator', known: false };
const unknown: DictionaryEntry = { vr: 'UN', keyword: '', known: false };

let table: ReadonlyMap<Tag, DictionaryEntry> | undefined;

/** Built on first use: a program that reads no DICOM does not pay for 5,000 entries at its start. */
function load(): ReadonlyMap<Tag, DictionaryEntry> {
  const entries = JSON.parse(dictionaryJson) as Readonly<Record<string, readonly [string, string, number]>>;
  const map = new Map<Tag, DictionaryEntry>();
  for (const [hex, [code, keyword]] of Object.entries(entries)) {
    const vr = isVr(code) ? code : ambiguous[code];
    if (vr) map.set(parseInt(hex, 16), { vr, keyword, known: true });
  }
  return map;
}

/**
 * VR and keyword of a tag from the data dictionary of PS3.6; never fails. Curves 50xx and overlays 60xx count as
 * their first group, group lengths (gggg,0000) as UL, private creators as LO.
 */
export function lookUp(tag: Tag): DictionaryEntry {
  if (isGroupLength(tag)) return groupLength;
  if (isPrivate(tag)) return isPrivateCreator(tag) ? privateCreator : unknown;
  table ??= load();
  return table.get(tag) ?? repeated(table, tag) ?? unknown;
}

/** Repeating groups of PS3.6 table 6-1: 5000 to 50FF and 6000 to 60FF, even groups only. */
function repeated(map: ReadonlyMap<Tag, DictionaryEntry>, tag: Tag): DictionaryEntry | undefined {
  const base = groupOf(tag) & 0xff00;
  if (base !== 0x5000 && base !== 0x6000) return undefined;
  return map.get(base * 0x10000 + elementOf(tag));
}
