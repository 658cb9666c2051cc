import type { CharacterSets } from '../../dicom/charsets.js';
import { encodeText } from '../../dicom/encodeText.js';
import type { DataElement, Encoding, Tag } from '../../dicom/dataSet.js';
import { bytesElement, isText, numberElement, numberValues, textValues } from '../../dicom/elements.js';
import type { Vr } from '../../dicom/vr.js';
import { CannotDo, fault } from './faults.js';

/** VRs whose text follows the character set of the object (PS3.5 6.1.2.2). */
const extendedText: ReadonlySet<Vr> = new Set<Vr>(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT']);

/**
 * Text of an element as scripts see it: values joined by backslashes, numbers as Java prints them, bytes in hexadecimal.
 * @throws CannotDo for values that lie in the file because they are too large for memory.
 */
export function textOf(element: DataElement, sets: CharacterSets, encoding: Encoding): string {
  if (element.range) throw new CannotDo('The script reads a value that is too large.');
  const { vr, value = Buffer.alloc(0) } = element;
  if (isText(vr)) return textValues(element, sets).join('\\');
  switch (vr) {
    case 'US':
    case 'SS':
    case 'UL':
    case 'SL':
      return numberValues(element, encoding).join('\\');
    case 'FL':
    case 'FD':
      return numberValues(element, encoding)
        .map((number) => javaNumber(number, vr === 'FL'))
        .join('\\');
    case 'AT':
      return numberValues({ ...element, vr: 'US', value }, encoding)
        .reduce<string[]>((texts, half, index) => {
          const hex = half.toString(16).toUpperCase().padStart(4, '0');
          return index % 2 === 0 ? [...texts, hex] : [...texts.slice(0, -1), `${texts.at(-1) ?? ''}${hex}`];
        }, [])
        .join('\\');
    case 'OW':
      return numberValues({ ...element, vr: 'US', value }, encoding).join('\\');
    case 'UN':
      return unknownText(value);
    default:
      return Array.from(value, hex).join('\\');
  }
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

/** Bytes of an unknown value as text; padding at the end does not count. */
function unknownText(value: Buffer): string {
  const text = Array.from(value, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\${hex(byte)}`,
  );
  return text.join('').replace(/(?: |\\00)+$/, '');
}

/** `Double.toString` and `Float.toString`: at least one decimal, an exponent below 0.001 and from 10^7 on. */
export function javaNumber(number: number, isFloat: boolean): string {
  if (!Number.isFinite(number)) return Number.isNaN(number) ? 'NaN' : number < 0 ? '-Infinity' : 'Infinity';
  if (number === 0) return Object.is(number, -0) ? '-0.0' : '0.0';
  const shortest = isFloat ? shortestFloat(number) : number;
  const size = Math.abs(shortest);
  if (size >= 1e-3 && size < 1e7) {
    const plain = String(shortest);
    return plain.includes('.') ? plain : `${plain}.0`;
  }
  const [digits = '0', exponent = '0'] = shortest.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}

/** The number with the fewest digits that is the same single-precision value. */
function shortestFloat(number: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const candidate = Number(number.toPrecision(digits));
    if (Math.fround(candidate) === number) return candidate;
  }
  return number;
}

const integerRanges = {
  US: [0, 0xffff],
  SS: [-0x8000, 0x7fff],
  UL: [0, 0xffffffff],
  SL: [-0x80000000, 0x7fffffff],
} as const;

/**
 * An element with a text as its value, in the character set of the object. Numbers must be numbers; texts of dates,
 * times, codes and UIDs are taken as they are. An empty text makes it empty.
 * @throws EvaluationFault for bad numbers and sequences.
 */
export function elementOfText(
  tag: Tag,
  vr: Vr,
  text: string,
  sets: CharacterSets,
  encoding: Encoding,
): DataElement {
  if (vr === 'SQ') fault('A sequence has items and no text.');
  if (text === '') return bytesElement(tag, vr, Buffer.alloc(0), encoding);
  if (isText(vr)) {
    return bytesElement(
      tag,
      vr,
      extendedText.has(vr) ? encodeText(text, sets) : Buffer.from(text, 'latin1'),
      encoding,
    );
  }
  switch (vr) {
    case 'US':
    case 'SS':
    case 'UL':
    case 'SL':
      return numberElement(tag, vr, integers(text, integerRanges[vr]), encoding);
    case 'FL':
    case 'FD':
      return numberElement(tag, vr, text.split('\\').map(decimal), encoding);
    case 'AT': {
      const halves = text.split('\\').flatMap((one) => {
        if (!/^[0-9A-Fa-f]{8}$/.test(one)) fault('A tag as a value has eight hexadecimal digits.');
        return [parseInt(one.slice(0, 4), 16), parseInt(one.slice(4), 16)];
      });
      return {
        ...numberElement(tag, 'US', halves, encoding),
        vr,
        storedVr: encoding.explicitVr ? vr : undefined,
      };
    }
    case 'OB':
    case 'OF':
    case 'OW':
    case 'UN':
      return bytesElement(tag, vr, Buffer.from(text, 'utf8'), encoding);
    default:
      return fault(`A text can't be written as ${vr}.`);
  }
}

function integers(text: string, [lowest, highest]: readonly [number, number]): readonly number[] {
  return text.split('\\').map((one) => {
    const number = /^\s*[+-]?\d{1,10}\s*$/.test(one) ? Number(one) : NaN;
    if (!(number >= lowest && number <= highest))
      fault('The value is no number of the size that the element takes.');
    return number;
  });
}

function decimal(text: string): number {
  const number = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?\s*$/.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(number)) fault('The value is no number.');
  return number;
}
