// Data sets by keyword: `dataSet({ PatientName: 'Doe^Jane', Rows: [4], ConceptNameCodeSequence: [{...}] })`.
import { dictionaryJson } from '../../../src/services/dicom/generated/dictionary.js';
import type { BuiltElement, BuiltItem } from '../dicomBuilder.js';

/** Text, binary numbers of the VR, raw bytes, or the items of a sequence. */
export type Value = string | Buffer | readonly number[] | readonly DataSet[];
export type DataSet = Readonly<Record<string, Value>>;

interface Entry {
  readonly tag: number;
  readonly vr: string;
}

/** Codes of the dictionary for a VR that depends on other elements. */
const dependent: Readonly<Record<string, string>> = { ox: 'OW', xs: 'US', up: 'UL', lt: 'US' };

const entries = new Map<string, Entry>();
const byTag = new Map<number, string>();
for (const [hex, [code, keyword]] of Object.entries(
  JSON.parse(dictionaryJson) as Readonly<Record<string, readonly [string, string, number]>>,
)) {
  if (keyword === '' || hex.includes('x')) continue;
  const entry = { tag: parseInt(hex, 16), vr: dependent[code] ?? code };
  entries.set(keyword.replace(/^RETIRED_/, ''), entry);
  byTag.set(entry.tag, entry.vr);
}

/** Tag and VR of a keyword of PS3.6. */
export function attribute(keyword: string): Entry {
  const entry = entries.get(keyword);
  if (!entry) throw new Error(`no attribute is called ${keyword}`);
  return entry;
}

/** VR of a tag in PS3.6; undefined when it is not there. */
export function dictionaryVr(tag: number): string | undefined {
  return byTag.get(tag);
}

/** Elements of a data set in the order of their tags. */
export function dataSet(values: DataSet): BuiltElement[] {
  return Object.entries(values)
    .map(([keyword, value]): BuiltElement => {
      const { tag, vr } = attribute(keyword);
      return vr === 'SQ' ? { tag, vr, items: itemsOf(value) } : { tag, vr, value: leafOf(value) };
    })
    .sort((a, b) => a.tag - b.tag);
}

function itemsOf(value: Value): BuiltItem[] {
  if (typeof value === 'string' || Buffer.isBuffer(value)) throw new Error('a sequence needs items');
  return value.map((item) => {
    if (typeof item === 'number') throw new Error('a sequence needs items');
    return { elements: dataSet(item) };
  });
}

function leafOf(value: Value): string | Buffer | readonly number[] {
  if (typeof value === 'string' || Buffer.isBuffer(value)) return value;
  return value.map((number) => {
    if (typeof number !== 'number') throw new Error('only a sequence has items');
    return number;
  });
}
