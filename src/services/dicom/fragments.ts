import type { ByteSource } from './byteSource.js';
import { damaged } from './dicomErrors.js';
import { ReadWindow, smallestWindow } from './readWindow.js';
import { formatTag, tags } from './tags.js';

/**
 * End of an encapsulated value (PS3.5 A.4) whose first item is at `start`: the position behind its sequence delimiter.
 * Only the 8-byte headers of the fragments are read. Errors: DICOM_DAMAGED.
 */
export function endOfFragments(source: ByteSource, start: number, end: number, bigEndian: boolean): number {
  const window = new ReadWindow(source, smallestWindow);
  let at = start;
  for (;;) {
    if (at + 8 > end) throw damaged('encapsulated data end without a delimiter');
    const offset = window.at(at, 8);
    const { bytes } = window;
    const tag = readTag(bytes, offset, bigEndian);
    const length = bigEndian ? bytes.readUInt32BE(offset + 4) : bytes.readUInt32LE(offset + 4);
    at += 8;
    if (tag === tags.SequenceDelimitationItem) return at;
    if (tag !== tags.Item) throw damaged(`${formatTag(tag)} among the fragments of encapsulated data`);
    // Fragments are never nested, so none has an undefined length.
    if (length === 0xffffffff || length > end - at) throw damaged('a fragment runs beyond the end');
    at += length;
  }
}

export function readTag(bytes: Buffer, offset: number, bigEndian: boolean): number {
  return bigEndian
    ? bytes.readUInt16BE(offset) * 0x10000 + bytes.readUInt16BE(offset + 2)
    : bytes.readUInt16LE(offset) * 0x10000 + bytes.readUInt16LE(offset + 2);
}
