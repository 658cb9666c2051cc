import { decodeText, type CharacterSets } from './charsets.js';
import type { DataElement, DataItem, Encoding, Tag } from './dataSet.js';
import { tags } from './tags.js';
import type { Vr } from './vr.js';

/** VRs whose text follows Specific Character Set (PS3.5 6.1.2.2); the others are ASCII. */
const extendedText: ReadonlySet<Vr> = new Set<Vr>(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT']);
/** VRs whose value is one text: a backslash is an ordinary character in it (PS3.5 6.4). */
const singleText: ReadonlySet<Vr> = new Set<Vr>(['LT', 'ST', 'UR', 'UT']);
const textVrs: ReadonlySet<Vr> = new Set<Vr>([
  'AE', 'AS', 'CS', 'DA', 'DS', 'DT', 'IS', 'LO', 'LT', 'PN', 'SH', 'ST', 'TM', 'UC', 'UI', 'UR', 'UT',
]); // prettier-ignore

export function isText(vr: Vr): boolean {
  return textVrs.has(vr);
}

/** Whether the whole value is one text, in which a backslash is an ordinary character (PS3.5 6.4). */
export function isSingleText(vr: Vr): boolean {
  return singleText.has(vr);
}

/** The byte that makes a value even (PS3.5 6.2): a space for text, NUL for UIDs and bytes. */
export function padByte(vr: Vr): number {
  return isText(vr) && vr !== 'UI' ? 0x20 : 0;
}

/** The element of a tag at this level, if it is there. */
export function findElement(elements: readonly DataElement[], tag: Tag): DataElement | undefined {
  return elements.find((element) => element.tag === tag);
}

function storedVrOf(vr: Vr, encoding: Encoding): string | undefined {
  return encoding.explicitVr ? vr : undefined;
}

/** A new element with raw value bytes in the byte order of `encoding`, padded to an even length. */
export function bytesElement(tag: Tag, vr: Vr, value: Buffer, encoding: Encoding): DataElement {
  const padded = value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.of(padByte(vr))]);
  return { tag, vr, storedVr: storedVrOf(vr, encoding), value: padded };
}

export function emptyElement(tag: Tag, vr: Vr, encoding: Encoding): DataElement {
  return vr === 'SQ' ? sequenceElement(tag, [], encoding) : bytesElement(tag, vr, Buffer.alloc(0), encoding);
}

/** A new text element; several values are joined by backslashes. The caller keeps to the character set of the object. */
export function textElement(
  tag: Tag,
  vr: Vr,
  values: string | readonly string[],
  encoding: Encoding,
  textEncoding: 'utf8' | 'latin1' = 'utf8',
): DataElement {
  const text = typeof values === 'string' ? values : values.join('\\');
  return bytesElement(tag, vr, Buffer.from(text, textEncoding), encoding);
}

/** A new element of a binary number VR (US, SS, UL, SL, FL, FD); IS and DS are text. */
export function numberElement(
  tag: Tag,
  vr: 'US' | 'SS' | 'UL' | 'SL' | 'FL' | 'FD',
  values: number | readonly number[],
  encoding: Encoding,
): DataElement {
  const list = typeof values === 'number' ? [values] : values;
  const { width, write } = numberFormats[vr];
  const bytes = Buffer.alloc(list.length * width);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  list.forEach((value, index) => write(view, index * width, value, !encoding.bigEndian));
  return bytesElement(tag, vr, bytes, encoding);
}

export function sequenceElement(
  tag: Tag,
  items: readonly DataItem[],
  encoding: Encoding,
  undefinedLength = false,
): DataElement {
  return { tag, vr: 'SQ', storedVr: storedVrOf('SQ', encoding), items, undefinedLength };
}

/** The same sequence with other items: keeps how it was stored, drops the bytes that are no longer true. */
export function withItems(element: DataElement, items: readonly DataItem[]): DataElement {
  const { tag, vr, storedVr, undefinedLength } = element;
  return { tag, vr, storedVr, items, undefinedLength: undefinedLength ?? false };
}

interface NumberFormat {
  readonly width: number;
  readonly read: (view: DataView, at: number, littleEndian: boolean) => number;
  readonly write: (view: DataView, at: number, value: number, littleEndian: boolean) => void;
}

const numberFormats: Readonly<Record<'US' | 'SS' | 'UL' | 'SL' | 'FL' | 'FD', NumberFormat>> = {
  US: { width: 2, read: (v, at, le) => v.getUint16(at, le), write: (v, at, n, le) => v.setUint16(at, n, le) },
  SS: { width: 2, read: (v, at, le) => v.getInt16(at, le), write: (v, at, n, le) => v.setInt16(at, n, le) },
  UL: { width: 4, read: (v, at, le) => v.getUint32(at, le), write: (v, at, n, le) => v.setUint32(at, n, le) },
  SL: { width: 4, read: (v, at, le) => v.getInt32(at, le), write: (v, at, n, le) => v.setInt32(at, n, le) },
  FL: { width: 4, read: (v, at, le) => v.getFloat32(at, le), write: (v, at, n, le) => v.setFloat32(at, n, le) }, // prettier-ignore
  FD: { width: 8, read: (v, at, le) => v.getFloat64(at, le), write: (v, at, n, le) => v.setFloat64(at, n, le) }, // prettier-ignore
};

/** Numbers of a binary or text number element; values that are no numbers are left out. Empty for other VRs. */
export function numberValues(element: DataElement | undefined, encoding: Encoding): number[] {
  if (!element?.value) return [];
  const { value, vr } = element;
  if (vr === 'IS' || vr === 'DS') {
    return textValues(element)
      .filter((text) => text !== '')
      .map(Number)
      .filter(Number.isFinite);
  }
  if (!isNumberVr(vr)) return [];
  const { width, read } = numberFormats[vr];
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  return Array.from({ length: Math.floor(value.length / width) }, (_, index) =>
    read(view, index * width, !encoding.bigEndian),
  );
}

function isNumberVr(vr: Vr): vr is keyof typeof numberFormats {
  return vr in numberFormats;
}

/**
 * Values of a text element, decoded and without padding; one value for texts that have no multiplicity. Bytes of
 * other VRs are read as text too (a name stored as UN is still a name). Empty when there is no value in memory.
 */
export function textValues(element: DataElement | undefined, sets: CharacterSets = []): string[] {
  if (!element?.value || element.value.length === 0) return [];
  const { value, vr } = element;
  const text = extendedText.has(vr) || !isText(vr) ? decodeText(value, sets, vr) : value.toString('latin1');
  if (singleText.has(vr)) return [text.slice(0, endOf(text))];
  return text.includes('\\') ? text.split('\\').map(withoutPadding) : [withoutPadding(text)];
}

/** Where the text ends without spaces and NULs. By hand: most of the time of a regular expression here is its start. */
function endOf(text: string): number {
  let end = text.length;
  while (end > 0 && (text.charCodeAt(end - 1) === 0x20 || text.charCodeAt(end - 1) === 0)) end--;
  return end;
}

function withoutPadding(text: string): string {
  const end = endOf(text);
  let start = 0;
  while (start < end && text.charCodeAt(start) === 0x20) start++;
  return text.slice(start, end);
}

/** First value of a text element, trimmed; undefined when absent or empty. */
export function firstText(
  elements: readonly DataElement[],
  tag: Tag,
  sets: CharacterSets = [],
): string | undefined {
  const text = textValues(findElement(elements, tag), sets)[0];
  return text === '' ? undefined : text;
}

/** Specific Character Set of a level; items without their own inherit that of the level above (PS3.3 C.12.1.1.2). */
export function characterSets(
  elements: readonly DataElement[],
  inherited: CharacterSets = [],
): CharacterSets {
  const element = findElement(elements, tags.SpecificCharacterSet);
  return element ? textValues(element) : inherited;
}
