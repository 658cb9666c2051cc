import { inflateRawSync } from 'node:zlib';
import { damaged } from './dicomErrors.js';
import type { ByteSource } from './byteSource.js';

/** The inflated data set of a deflated object that begins at `start`: position 0 is its first byte. */
export function inflatedSource(source: ByteSource, start: number): ByteSource {
  const bytes = (() => {
    try {
      return inflateRawSync(source.read(start, source.size - start), { maxOutputLength: 1 << 26 });
    } catch {
      throw damaged('its deflated data set cannot be inflated');
    }
  })();
  return {
    size: bytes.length,
    read: (position, length) => bytes.subarray(position, position + length),
    close: () => undefined,
  };
}
