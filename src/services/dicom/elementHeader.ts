import type { Encoding, Tag } from './dataSet.js';
import { damaged } from './dicomErrors.js';
import { readTag } from './fragments.js';
import type { ReadWindow } from './readWindow.js';
import { formatTag } from './tags.js';
import { hasLongForm, vrs, type Vr } from './vr.js';

export const undefinedLength = 0xffffffff;

/** Tag, VR and length of one element (PS3.5 7.1). */
export interface ElementHeader {
  readonly tag: Tag;
  /** The two letters in the file; undefined in implicit VR. */
  readonly storedVr: string | undefined;
  /** The same where it is a VR that we know. */
  readonly knownVr: Vr | undefined;
  readonly headerLength: 8 | 12;
  /** Bytes of the value, or `undefinedLength`. */
  readonly length: number;
}

const byCode: ReadonlyMap<number, Vr> = new Map(
  vrs.map((vr) => [vr.charCodeAt(0) * 256 + vr.charCodeAt(1), vr]),
);

function isCapital(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

/** Header of the element at `start`; `end` bounds it. Errors: DICOM_DAMAGED. */
export function readElementHeader(
  window: ReadWindow,
  start: number,
  end: number,
  encoding: Encoding,
): ElementHeader {
  if (start + 8 > end) throw damaged('an element is cut off');
  let at = window.at(start, 8);
  const { bigEndian, explicitVr } = encoding;
  const tag = readTag(window.bytes, at, bigEndian);
  if (!explicitVr) {
    const length = bigEndian ? window.bytes.readUInt32BE(at + 4) : window.bytes.readUInt32LE(at + 4);
    return { tag, storedVr: undefined, knownVr: undefined, headerLength: 8, length };
  }
  const first = window.bytes.readUInt8(at + 4);
  const second = window.bytes.readUInt8(at + 5);
  const knownVr = byCode.get(first * 256 + second);
  if (knownVr === undefined && !(isCapital(first) && isCapital(second))) {
    throw damaged(`${formatTag(tag)} has no value representation`);
  }
  const storedVr = knownVr ?? String.fromCharCode(first, second);
  if (knownVr !== undefined && !hasLongForm(knownVr)) {
    const length = bigEndian ? window.bytes.readUInt16BE(at + 6) : window.bytes.readUInt16LE(at + 6);
    return { tag, storedVr, knownVr, headerLength: 8, length };
  }
  // VRs that come after this program was written have the long form (PS3.5 6.2, note on future VRs).
  if (start + 12 > end) throw damaged(`${formatTag(tag)} is cut off`);
  at = window.at(start, 12);
  const length = bigEndian ? window.bytes.readUInt32BE(at + 8) : window.bytes.readUInt32LE(at + 8);
  return { tag, storedVr, knownVr, headerLength: 12, length };
}
