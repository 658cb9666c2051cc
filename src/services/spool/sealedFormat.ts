import { createCipheriv, createDecipheriv } from 'node:crypto';
import { GiftCloudError } from '../support/errors.js';
import type { SpoolKeys } from './spoolKeys.js';

/*
 * A sealed file (AES-256-GCM, NIST SP 800-38D):
 *   8 bytes   magic with the version
 *   16 bytes  salt, from which the key of this file is made
 *   frames    each 1 MiB of content but the last, which is shorter or as long, and its tag of 16 bytes
 *   16 bytes  the final mark: the tag of an empty message that is bound to the length of the content
 * The nonce of a frame is its number: a key seals one file only. Every tag is bound to the name of the file within the spool, so
 * that neither frames nor files can take the place of others. A file without its final mark is not whole.
 */

/** Bytes of content in a frame. */
export const frameSize = 1024 * 1024;
export const tagLength = 16;
export const saltLength = 16;
const magic = Buffer.from('GCSPOOL\u0001', 'latin1');
export const headLength = magic.length + saltLength;

const cipherName = 'aes-256-gcm';
const tagOptions = { authTagLength: tagLength } as const;

export function encodeHead(salt: Uint8Array): Buffer {
  return Buffer.concat([magic, salt]);
}

/** The salt in the head of a sealed file. @throws STATE_UNREADABLE */
export function decodeHead(head: Buffer): Buffer {
  if (head.length !== headLength || !head.subarray(0, magic.length).equals(magic)) throw notWhole();
  return head.subarray(magic.length);
}

/** Bytes of content of a whole sealed file by its length on the disk. @throws STATE_UNREADABLE */
export function contentSize(fileSize: number): number {
  const framed = fileSize - headLength - tagLength;
  const frames = Math.ceil(framed / (frameSize + tagLength));
  const content = framed - frames * tagLength;
  if (framed < 0 || (framed > 0 && content <= (frames - 1) * frameSize)) throw notWhole();
  return content;
}

/** Length on the disk of a sealed file of so much content. */
export function fileSize(content: number): number {
  return headLength + content + tagLength * (Math.ceil(content / frameSize) + 1);
}

/** Where a frame with its tag lies in the file. */
export function frameRange(
  index: number,
  content: number,
): { readonly offset: number; readonly length: number } {
  const stride = frameSize + tagLength;
  const length = Math.min(frameSize, content - index * frameSize);
  return { offset: headLength + index * stride, length: length + tagLength };
}

/** Seals the frames of one file, in order. */
export class FileCipher {
  private readonly key: Buffer;
  private readonly boundTo: Buffer;

  /** @param name of the file within the spool. */
  constructor(keys: SpoolKeys, salt: Uint8Array, name: string) {
    this.key = keys.ofFile(salt);
    this.boundTo = Buffer.from(name, 'utf8');
  }

  /** A cipher for the content of a frame; its tag follows it. */
  frame(index: number): ReturnType<typeof createCipheriv> & { getAuthTag(): Buffer } {
    const cipher = createCipheriv(cipherName, this.key, nonceOf(index, false), tagOptions);
    cipher.setAAD(this.boundTo);
    return cipher;
  }

  /** Content of a frame from its bytes with the tag. @throws STATE_UNREADABLE */
  open(index: number, sealed: Buffer): Buffer {
    const decipher = createDecipheriv(cipherName, this.key, nonceOf(index, false), tagOptions);
    decipher.setAAD(this.boundTo).setAuthTag(sealed.subarray(-tagLength));
    try {
      const content = decipher.update(sealed.subarray(0, -tagLength));
      decipher.final();
      return content;
    } catch (error) {
      throw notWhole(error);
    }
  }

  /** The final mark of a file of so much content. */
  mark(content: number): Buffer {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(content));
    const frames = Math.ceil(content / frameSize);
    const cipher = createCipheriv(cipherName, this.key, nonceOf(frames, true), tagOptions);
    cipher.setAAD(Buffer.concat([this.boundTo, length])).final();
    return cipher.getAuthTag();
  }
}

function nonceOf(index: number, isMark: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt8(isMark ? 1 : 0, 0);
  nonce.writeUInt32LE(index, 8);
  return nonce;
}

export function notWhole(cause?: unknown): GiftCloudError {
  return new GiftCloudError('STATE_UNREADABLE', 'A received object was changed or cut off on the disk.', {
    hint: 'It is kept as it is. Let the sender send it again, then discard it.',
    cause,
  });
}
