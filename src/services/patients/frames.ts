import { randomBytes } from 'node:crypto';
import { openBytes, sealBytes, sealLength } from '../keys/sealedBytes.js';
import type { PatientKey } from './patientKey.js';
import type { KeyFact } from './types.js';

/**
 * A file of facts: a header, then frames of AES-256-GCM (NIST SP 800-38D), each bound to its file and its place in it, so
 * that none can be taken out, moved or brought in from elsewhere. A file that was written as a whole ends with a frame
 * that says so; one that is appended to may end anywhere, also in the middle of a frame.
 */
export interface FileHeader {
  readonly whole: boolean;
  /** Fingerprint of the key, see `PatientKey`. */
  readonly keyId: string;
  readonly bytes: Buffer;
}

export const headerLength = 32;
const magic = { log: 'GCFACTSL', whole: 'GCFACTSW' } as const;

/** Facts of one frame: 1 MiB of text at most (design: safety, 6), unless a single one is longer. */
const frameText = 1024 * 1024;
/** No frame of ours is longer: what says so is damaged. */
const longestFrame = 16 * 1024 * 1024;

const frameHead = 5;
const last = 1;

export function newHeader(whole: boolean, keyId: string): FileHeader {
  const name = Buffer.from(whole ? magic.whole : magic.log, 'latin1');
  return { whole, keyId, bytes: Buffer.concat([name, Buffer.from(keyId, 'hex'), randomBytes(16)]) };
}

/** Undefined for anything that is no such header. */
export function readHeader(bytes: Buffer): FileHeader | undefined {
  const name = bytes.toString('latin1', 0, 8);
  if (bytes.length < headerLength || (name !== magic.log && name !== magic.whole)) return undefined;
  return {
    whole: name === magic.whole,
    keyId: bytes.toString('hex', 8, 16),
    bytes: bytes.subarray(0, headerLength),
  };
}

/** Facts as the frames that come next in a file. @param index frames that stand in the file already. */
export function* sealFacts(
  facts: readonly KeyFact[],
  header: FileHeader,
  { key }: PatientKey,
  index: number,
): Generator<Buffer, void, undefined> {
  let texts: string[] = [];
  let length = 0;
  let at = index;
  for (const fact of facts) {
    const text = JSON.stringify(fact);
    if (length + text.length > frameText && texts.length > 0) {
      yield sealFrame(texts.join('\n'), header, key, at++, 0);
      [texts, length] = [[], 0];
    }
    texts.push(text);
    length += text.length;
  }
  if (texts.length > 0) yield sealFrame(texts.join('\n'), header, key, at++, 0);
  if (header.whole) yield sealFrame('', header, key, at, last);
}

/** How reading some bytes of a file ended. */
export interface ReadFrames {
  readonly facts: readonly KeyFact[];
  /** Bytes of whole frames. */
  readonly length: number;
  readonly frames: number;
  /** The file is complete: its last frame was seen. */
  readonly ended: boolean;
  /** A whole frame is there and is not what was written. */
  readonly damaged: boolean;
}

/** Opens the next frame of these bytes; what stops in the middle of it gives nothing. */
export function openFrame(bytes: Buffer, header: FileHeader, { key }: PatientKey, index: number): ReadFrames {
  const none = { facts: [], length: 0, frames: 0, ended: false, damaged: false };
  if (bytes.length < frameHead) return none;
  const length = bytes.readUInt32LE(0);
  const kind = bytes.readUInt8(4);
  // Zeros are what a file system leaves that lost power before it wrote the data.
  if (length === 0 && kind === 0) return none;
  if (length < sealLength || length > longestFrame) return { ...none, damaged: true };
  const end = frameHead + length;
  if (bytes.length < end) return none;
  const text = openBytes(bytes.subarray(frameHead, end), key, boundTo(header, index, kind))?.toString();
  if (text === undefined) return { ...none, length: end, frames: 1, damaged: true };
  const facts = text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as KeyFact);
  return { facts, length: end, frames: 1, ended: kind === last, damaged: false };
}

function sealFrame(text: string, header: FileHeader, key: Uint8Array, index: number, kind: number): Buffer {
  const sealed = sealBytes(Buffer.from(text, 'utf8'), key, boundTo(header, index, kind));
  const head = Buffer.alloc(frameHead);
  head.writeUInt32LE(sealed.length, 0);
  head.writeUInt8(kind, 4);
  return Buffer.concat([head, sealed]);
}

function boundTo(header: FileHeader, index: number, kind: number): Buffer {
  const place = Buffer.alloc(5);
  place.writeUInt32LE(index, 0);
  place.writeUInt8(kind, 4);
  return Buffer.concat([header.bytes, place]);
}
