import { decodeText } from '../dicom/charsets.js';
import type { Encoding, Tag } from '../dicom/dataSet.js';
import { dataSetBytes } from '../dicom/dataSetBytes.js';
import { lookUp } from '../dicom/dictionary.js';
import { bytesElement, textElement } from '../dicom/elements.js';
import { encodeText } from '../dicom/encodeText.js';
import { tags } from '../dicom/tags.js';
import type { QueryLevel } from './types.js';

export const queryRetrieveLevel: Tag = 0x00080052;

/** Values by tag; an empty one matches everything and asks for the value (PS3.4 C.2.2.2.3). */
export type Keys = ReadonlyMap<Tag, string>;

/** As QueryRetrieveLevel (0008,0052) spells them (PS3.4 C.6.1.1.1). */
const levelNames: Readonly<Record<QueryLevel, string>> = {
  patient: 'PATIENT',
  study: 'STUDY',
  series: 'SERIES',
  image: 'IMAGE',
};

/**
 * Sets that a term is written in, the first in which it can be: an archive that holds names in an older set knows that one, and
 * maybe not UTF-8.
 */
const candidates: readonly string[] = [
  ...['ISO_IR 100', 'ISO_IR 101', 'ISO_IR 109', 'ISO_IR 110', 'ISO_IR 148'],
  ...['ISO_IR 144', 'ISO_IR 126', 'ISO_IR 127', 'ISO_IR 138', 'ISO_IR 166', 'ISO_IR 13'],
];

/** Specific Character Set for texts; undefined where ASCII will do, which is the same in all of them (PS3.4 C.2.2.2). */
export function characterSetFor(texts: Iterable<string>): string | undefined {
  const all = [...texts].join('\n');
  if (/^[\x00-\x7f]*$/.test(all)) return undefined;
  return candidates.find((set) => decodeText(encodeText(all, [set]), [set]) === all) ?? 'ISO_IR 192';
}

/** The identifier of a request (PS3.4 C.4.1.1.3, C.4.2.1.4). Character set: see `characterSetFor`. */
export function encodeIdentifier(level: QueryLevel, keys: Keys, encoding: Encoding): Buffer {
  const set = characterSetFor(keys.values());
  const elements = [...keys].map(([tag, value]) =>
    bytesElement(tag, lookUp(tag).vr, encodeText(value, set === undefined ? [] : [set]), encoding),
  );
  const charset = set === undefined ? [] : [textElement(tags.SpecificCharacterSet, 'CS', set, encoding)];
  const levelElement = textElement(queryRetrieveLevel, 'CS', levelNames[level], encoding);
  return dataSetBytes([...charset, levelElement, ...elements], encoding);
}
