import type { ByteSource } from '../dicom/byteSource.js';
import { GiftCloudError } from '../support/errors.js';

const step = 1024 * 1024;

/** Bytes in memory as a source. */
export function inMemory(bytes: Uint8Array): ByteSource {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    size: buffer.length,
    read: (position, length) => buffer.subarray(position, position + length),
    close: () => undefined,
  };
}

/** Whether two sources hold the same bytes. One that can't be read is another. */
export async function sameContent(one: ByteSource, openOther: () => ByteSource): Promise<boolean> {
  let other: ByteSource | undefined;
  try {
    other = openOther();
    if (one.size !== other.size) return false;
    for (let at = 0; at < one.size; at += step) {
      if (!one.read(at, step).equals(other.read(at, step))) return false;
      // Large objects must not keep others waiting.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return true;
  } catch (error) {
    if (GiftCloudError.is(error)) return false;
    throw error;
  } finally {
    other?.close();
  }
}
