import type { Segment } from '../deid/types.js';
import type { DataElement, DataItem, Encoding, Tag } from './dataSet.js';
import { unsupported } from './dicomErrors.js';
import { undefinedLength } from './elementHeader.js';
import { padByte } from './elements.js';
import { readTag } from './fragments.js';
import { formatTag, isGroupLength, tags } from './tags.js';
import { explicitLittleEndian, implicitLittleEndian } from './transferSyntaxes.js';
import { hasLongForm } from './vr.js';

/** Longest value of the short form: 16 bits of length, and lengths are even (PS3.5 7.1.2). */
const longestShort = 0xfffe;

/** Bytes of all segments together. */
export function segmentsSize(segments: readonly Segment[]): number {
  return segments.reduce((sum, segment) => sum + sizeOf(segment), 0);
}

function sizeOf(segment: Segment): number {
  return 'bytes' in segment ? segment.bytes.length : segment.range.length;
}

/**
 * One element as bytes: those it was read from when untouched, else encoded anew (PS3.5 7.1), padded to even length.
 * Errors: CONTENT_NOT_SUPPORTED for an element that lies (also with a part of it) in the source, or whose untouched
 * value bytes are in the other byte order.
 */
export function encodeElement(element: DataElement, encoding: Encoding): Buffer {
  const pieces: Segment[] = [];
  addElement(pieces, element, encoding);
  const [segment, ...more] = joined(pieces);
  if (!segment) return Buffer.alloc(0);
  if (more.length > 0 || !('bytes' in segment)) {
    throw unsupported(`${formatTag(element.tag)} is too large to be encoded in memory.`);
  }
  return asBuffer(segment.bytes);
}

/**
 * A data set as the pieces to write: bytes, and ranges of the source that are copied verbatim. Elements come in
 * ascending order of their tags (PS3.5 7.1), group lengths are left out. Errors as for `encodeElement`.
 */
export function encodeDataSet(elements: readonly DataElement[], encoding: Encoding): Segment[] {
  return joined(dataSetSegments(elements, encoding));
}

/**
 * Preamble of zeros, prefix and file meta with its group length (PS3.10 7.1), explicit VR little endian whatever the
 * elements were read from. `elements` are those of group 0002 to write; a group length among them is ignored.
 */
export function encodeFileMeta(elements: readonly DataElement[]): Buffer {
  const group = dataSetSegments(elements, explicitLittleEndian).map((segment) => {
    if (!('bytes' in segment)) throw unsupported('A file meta element is too large.');
    return segment.bytes;
  });
  const head = Buffer.alloc(144);
  head.write('DICM', 128, 'latin1');
  head.writeUInt32LE(0x00000002, 132);
  head.write('UL', 136, 'latin1');
  head.writeUInt16LE(4, 138);
  head.writeUInt32LE(
    group.reduce((sum, bytes) => sum + bytes.length, 0),
    140,
  );
  return Buffer.concat([head, ...group]);
}

function dataSetSegments(elements: readonly DataElement[], encoding: Encoding): Segment[] {
  const segments: Segment[] = [];
  addDataSet(segments, elements, encoding);
  return segments;
}

function addDataSet(to: Segment[], elements: readonly DataElement[], encoding: Encoding): void {
  for (const element of inOrder(elements)) {
    if (!isGroupLength(element.tag)) addElement(to, element, encoding);
  }
}

function inOrder(elements: readonly DataElement[]): readonly DataElement[] {
  const ordered = elements.every(
    (element, index) => index === 0 || (elements[index - 1]?.tag ?? 0) < element.tag,
  );
  return ordered ? elements : elements.toSorted((a, b) => a.tag - b.tag);
}

function addElement(to: Segment[], element: DataElement, encoding: Encoding): void {
  const { tag, range, encoded, items } = element;
  const sameForm = (element.storedVr !== undefined) === encoding.explicitVr;
  if (range) {
    if (!sameForm) throw unsupported(`${formatTag(tag)} cannot be written in another transfer syntax.`);
    to.push({ range });
    return;
  }
  if (encoded) {
    const sameOrder = readTag(encoded, 0, encoding.bigEndian) === tag;
    if (sameForm && sameOrder) {
      to.push({ bytes: encoded });
      return;
    }
    // Value bytes do not know how wide their numbers are; no path of the program changes the byte order.
    if (!sameOrder && !items) throw unsupported(`${formatTag(tag)} cannot be written in another byte order.`);
  }
  if (items) addSequence(to, element, items, encoding);
  else to.push({ bytes: leafBytes(element, encoding) });
}

const noValue = Buffer.alloc(0);

function leafBytes(element: DataElement, encoding: Encoding): Buffer {
  const value = element.value ?? noValue;
  const length = value.length + (value.length % 2);
  // A value too long for the short form is written as UN, which has 32 bits of length (PS3.5 6.2.2).
  const vr = hasLongForm(element.vr) || length <= longestShort ? element.vr : 'UN';
  const bytes = header(element.tag, vr, length, encoding, length);
  value.copy(bytes, bytes.length - length);
  if (length > value.length) bytes[bytes.length - 1] = padByte(element.vr);
  return bytes;
}

/**
 * A sequence whose items were edited: of defined or undefined length as it was. One stored as UN stays UN, with
 * implicit VR little endian inside (PS3.5 6.2.2).
 */
function addSequence(
  to: Segment[],
  element: DataElement,
  items: readonly DataItem[],
  encoding: Encoding,
): void {
  const asUnknown = element.storedVr === 'UN' && encoding.explicitVr;
  const inner = asUnknown ? implicitLittleEndian : encoding;
  const content: Segment[] = [];
  for (const item of items) addItem(content, item, inner);
  const size = segmentsSize(content);
  const delimited = element.undefinedLength === true || size >= undefinedLength;
  to.push({ bytes: header(element.tag, asUnknown ? 'UN' : 'SQ', delimited ? undefinedLength : size, encoding) }); // prettier-ignore
  for (const segment of content) to.push(segment);
  if (delimited) to.push({ bytes: delimiter(tags.SequenceDelimitationItem, 0, inner) });
}

function addItem(to: Segment[], item: DataItem, encoding: Encoding): void {
  const content = dataSetSegments(item.elements, encoding);
  const size = segmentsSize(content);
  const delimited = item.undefinedLength === true || size >= undefinedLength;
  to.push({ bytes: delimiter(tags.Item, delimited ? undefinedLength : size, encoding) });
  for (const segment of content) to.push(segment);
  if (delimited) to.push({ bytes: delimiter(tags.ItemDelimitationItem, 0, encoding) });
}

/** Items and delimiters: a tag and a length in every syntax (PS3.5 7.5). */
function delimiter(tag: Tag, length: number, { bigEndian }: Encoding): Buffer {
  return header(tag, 'UN', length, { explicitVr: false, bigEndian });
}

/** Tag, VR and length of an element, with room for `room` bytes of its value behind. */
function header(tag: Tag, vr: string, length: number, encoding: Encoding, room = 0): Buffer {
  const { explicitVr, bigEndian } = encoding;
  const isLong = explicitVr && hasLongForm(vr);
  const bytes = Buffer.allocUnsafe((isLong ? 12 : 8) + room);
  put16(bytes, 0, tag >>> 16, bigEndian);
  put16(bytes, 2, tag & 0xffff, bigEndian);
  if (!explicitVr) {
    put32(bytes, 4, length, bigEndian);
    return bytes;
  }
  bytes[4] = vr.charCodeAt(0);
  bytes[5] = vr.charCodeAt(1);
  put16(bytes, 6, isLong ? 0 : length, bigEndian);
  if (isLong) put32(bytes, 8, length, bigEndian);
  return bytes;
}

function put16(bytes: Buffer, at: number, value: number, bigEndian: boolean): void {
  if (bigEndian) bytes.writeUInt16BE(value, at);
  else bytes.writeUInt16LE(value, at);
}

function put32(bytes: Buffer, at: number, value: number, bigEndian: boolean): void {
  if (bigEndian) bytes.writeUInt32BE(value, at);
  else bytes.writeUInt32LE(value, at);
}

/** Neighbouring bytes become one buffer, neighbouring ranges one range. */
function joined(segments: readonly Segment[]): Segment[] {
  const result: Segment[] = [];
  let run: Uint8Array[] = [];
  const flush = (): void => {
    if (run.length > 0) result.push({ bytes: run.length === 1 && run[0] ? run[0] : Buffer.concat(run) });
    run = [];
  };
  for (const segment of segments) {
    if ('bytes' in segment) {
      run.push(segment.bytes);
      continue;
    }
    flush();
    const { offset, length } = segment.range;
    const last = result.at(-1);
    if (last && 'range' in last && last.range.offset + last.range.length === offset) {
      result[result.length - 1] = {
        range: { offset: last.range.offset, length: last.range.length + length },
      };
    } else {
      result.push(segment);
    }
  }
  flush();
  return result;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
