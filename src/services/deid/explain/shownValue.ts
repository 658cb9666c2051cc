import type { CharacterSets } from '../../dicom/charsets.js';
import type { DataElement, Encoding } from '../../dicom/dataSet.js';
import { isText, numberValues, textValues } from '../../dicom/elements.js';
import { formatTag, tagOf } from '../../dicom/tags.js';
import type { ShownValue } from './types.js';

/** Characters and numbers that are shown of one value. */
const longestText = 500;
const mostNumbers = 32;

/** A value as a person reads it, or how much there is of what nobody can read. */
export function shownValue(element: DataElement, sets: CharacterSets, encoding: Encoding): ShownValue {
  if (element.items) return { items: element.items.length };
  const { value, vr } = element;
  if (!value) return { bytes: element.range?.length ?? 0 };
  if (value.length === 0) return '';
  if (isText(vr)) {
    // Four bytes a character are enough in every character set.
    const some = { ...element, value: value.subarray(0, longestText * 4) };
    return shortened(textValues(some, sets).join('\\'), longestText);
  }
  if (vr === 'AT') return attributeTags(value, encoding).join('\\');
  const numbers = numberValues({ ...element, value: value.subarray(0, mostNumbers * 8) }, encoding);
  if (numbers.length === 0) return { bytes: value.length };
  const shown = numbers.slice(0, mostNumbers).join('\\');
  return numbers.length > mostNumbers || value.length > mostNumbers * 8 ? `${shown}\\…` : shown;
}

export function shortened(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function attributeTags(value: Buffer, { bigEndian }: Encoding): readonly string[] {
  const half = (at: number): number => (bigEndian ? value.readUInt16BE(at) : value.readUInt16LE(at));
  const count = Math.min(Math.floor(value.length / 4), mostNumbers);
  return Array.from({ length: count }, (_, index) => formatTag(tagOf(half(index * 4), half(index * 4 + 2))));
}
