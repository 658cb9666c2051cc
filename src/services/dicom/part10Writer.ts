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
  const [segment, ...more] = joined(elementSegments(element, encoding));
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
  return inOrder(elements)
    .filter((element) => !isGroupLength(element.tag))
    .flatMap((element) => elementSegments(element, encoding));
}

function inOrder(elements: readonly DataElement[]): readonly DataElement[] {
  const ordered = elements.every(
    (element, index) => index === 0 || (elements[index - 1]?.tag ?? 0) < element.tag,
  );
  return ordered ? elements : elements.toSorted((a, b) => a.tag - b.tag);
}

function elementSegments(element: DataElement, encoding: Encoding): Segment[] {
  const { tag, range, encoded, items } = element;
  const sameForm = (element.storedVr !== undefined) === encoding.explicitVr;
  if (range) {
    if (!sameForm) throw unsupported(`${formatTag(tag)} cannot be written in another transfer syntax.`);
    return [{ range }];
  }
  if (encoded) {
    const sameOrder = readTag(encoded, 0, encoding.bigEndian) === tag;
    if (sameForm && sameOrder) return [{ bytes: encoded }];
    // Value bytes do not know how wide their numbers are; no path of the program changes the byte order.
    if (!sameOrder && !items) throw unsupported(`${formatTag(tag)} cannot be written in another byte order.`);
  }
  return items ? sequenceSegments(element, items, encoding) : [{ bytes: leafBytes(element, encoding) }];
}

function leafBytes(element: DataElement, encoding: Encoding): Buffer {
  const value = element.value ?? Buffer.alloc(0);
  const odd = value.length % 2;
  const length = value.length + odd;
  // A value too long for the short form is written as UN, which has 32 bits of length (PS3.5 6.2.2).
  const vr = hasLongForm(element.vr) || length <= longestShort ? element.vr : 'UN';
  const parts = [header(element.tag, vr, length, encoding), value];
  if (odd) parts.push(Buffer.of(padByte(element.vr)));
  return Buffer.concat(parts);
}

/**
 * A sequence whose items were edited: of defined or undefined length as it was. One stored as UN stays UN, with
 * implicit VR little endian inside (PS3.5 6.2.2).
 */
function sequenceSegments(element: DataElement, items: readonly DataItem[], encoding: Encoding): Segment[] {
  const asUnknown = element.storedVr === 'UN' && encoding.explicitVr;
  const inner = asUnknown ? implicitLittleEndian : encoding;
  const content = items.flatMap((item) => itemSegments(item, inner));
  const size = segmentsSize(content);
  const delimited = element.undefinedLength === true || size >= undefinedLength;
  return [
    { bytes: header(element.tag, asUnknown ? 'UN' : 'SQ', delimited ? undefinedLength : size, encoding) },
    ...content,
    ...(delimited ? [{ bytes: delimiter(tags.SequenceDelimitationItem, 0, inner) }] : []),
  ];
}

function itemSegments(item: DataItem, encoding: Encoding): Segment[] {
  const content = dataSetSegments(item.elements, encoding);
  const size = segmentsSize(content);
  const delimited = item.undefinedLength === true || size >= undefinedLength;
  return [
    { bytes: delimiter(tags.Item, delimited ? undefinedLength : size, encoding) },
    ...content,
    ...(delimited ? [{ bytes: delimiter(tags.ItemDelimitationItem, 0, encoding) }] : []),
  ];
}

/** Items and delimiters: a tag and a length in every syntax (PS3.5 7.5). */
function delimiter(tag: Tag, length: number, { bigEndian }: Encoding): Buffer {
  return header(tag, 'UN', length, { explicitVr: false, bigEndian });
}

function header(tag: Tag, vr: string, length: number, { explicitVr, bigEndian }: Encoding): Buffer {
  const isLong = explicitVr && hasLongForm(vr);
  const bytes = Buffer.alloc(isLong ? 12 : 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  view.setUint16(0, tag >>> 16, !bigEndian);
  view.setUint16(2, tag & 0xffff, !bigEndian);
  if (explicitVr) bytes.write(vr, 4, 'latin1');
  if (isLong) view.setUint32(8, length, !bigEndian);
  else if (explicitVr) view.setUint16(6, length, !bigEndian);
  else view.setUint32(4, length, !bigEndian);
  return bytes;
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
