import type { Encoding } from './dataSet.js';
import { lookUp } from './dictionary.js';
import { readTag } from './fragments.js';
import { groupOf, isPrivate } from './tags.js';
import { explicitBigEndian, explicitLittleEndian, implicitLittleEndian } from './transferSyntaxes.js';
import { hasLongForm, isVr } from './vr.js';

/** Longest first value that is believed: group 0008 begins with short ones, and random bytes rarely do. */
const longestFirstValue = 4096;

/**
 * How a data set without file meta is encoded, by its first two elements; undefined when the bytes are no data set.
 * Strict: it begins in group 0008 with a tag of the dictionary and, in explicit VR, with the VR of that tag, and goes
 * on with a higher tag. `size` is the length of the whole data set, of which `bytes` are the beginning.
 */
export function guessEncoding(bytes: Buffer, size: number): Encoding | undefined {
  return [explicitLittleEndian, explicitBigEndian, implicitLittleEndian].find((encoding) =>
    begins(bytes, size, encoding),
  );
}

function begins(bytes: Buffer, size: number, encoding: Encoding): boolean {
  const first = elementAt(bytes, 0, encoding);
  if (!first || groupOf(first.tag) !== 8 || !lookUp(first.tag).known) return false;
  if (first.length > longestFirstValue || first.end > size) return false;
  if (first.vr !== undefined && first.vr !== 'UN' && first.vr !== lookUp(first.tag).vr) return false;
  if (first.end === size) return true;
  const second = elementAt(bytes, first.end, encoding);
  // A first value that fills what was read leaves nothing else to judge by.
  if (!second) return first.end + 8 > bytes.length && first.end + 8 <= size;
  return second.tag > first.tag && second.end <= size && (lookUp(second.tag).known || isPrivate(second.tag));
}

interface Peeked {
  readonly tag: number;
  readonly vr: string | undefined;
  readonly length: number;
  readonly end: number;
}

function elementAt(bytes: Buffer, at: number, { explicitVr, bigEndian }: Encoding): Peeked | undefined {
  if (at + 12 > bytes.length) return undefined;
  const tag = readTag(bytes, at, bigEndian);
  const long = (offset: number): number =>
    bigEndian ? bytes.readUInt32BE(offset) : bytes.readUInt32LE(offset);
  if (!explicitVr) {
    const length = long(at + 4);
    return { tag, vr: undefined, length, end: at + 8 + length };
  }
  const vr = bytes.toString('latin1', at + 4, at + 6);
  if (!isVr(vr)) return undefined;
  if (hasLongForm(vr)) {
    const length = long(at + 8);
    // A sequence of undefined length may well come second.
    return { tag, vr, length, end: at + 12 + (length === 0xffffffff ? 0 : length) };
  }
  const length = bigEndian ? bytes.readUInt16BE(at + 6) : bytes.readUInt16LE(at + 6);
  return { tag, vr, length, end: at + 8 + length };
}
