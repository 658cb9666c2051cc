import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { GiftCloudError } from '../support/errors.js';

const localSignature = 0x04034b50;
const wide = 0xffffffff;

export interface HashedEntry {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

/**
 * Reads a zip from beginning to end and hashes its entries, holding one chunk at a time. Takes the form in which the
 * server sends its zips: stored, sizes in the local header (GIFT-Cloud server, observed).
 * Errors: UNEXPECTED_ANSWER for any other form and for an end in the middle; the caller then fetches file by file.
 */
export async function* hashStoredZip(stream: Readable): AsyncGenerator<HashedEntry> {
  const input = new Input(stream);
  while ((await input.take(4)).readUInt32LE(0) === localSignature) {
    const fixed = await input.take(26);
    const [flags, method] = [fixed.readUInt16LE(2), fixed.readUInt16LE(4)];
    if (method !== 0 || (flags & 0x0009) !== 0) throw unexpected();
    const name = await input.take(fixed.readUInt16LE(22));
    const extra = await input.take(fixed.readUInt16LE(24));
    const size = entrySize(fixed.readUInt32LE(18), extra);
    const hash = createHash('sha256');
    for (let left = size; left > 0;) {
      const chunk = await input.some(left);
      hash.update(chunk);
      left -= chunk.length;
    }
    yield { name: name.toString('utf8'), size, sha256: hash.digest('hex') };
  }
}

/** Size from the local header, or from its zip64 field (APPNOTE 4.5.3). */
function entrySize(size: number, extra: Buffer): number {
  if (size !== wide) return size;
  for (let at = 0; at + 12 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === 0x0001) return Number(extra.readBigUInt64LE(at + 4));
  }
  throw unexpected();
}

/** Pulls bytes from a stream in the sizes that a format wants. */
class Input {
  private readonly chunks: AsyncIterator<Buffer>;
  private current: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  async take(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let left = length; left > 0;) {
      const part = await this.some(left);
      parts.push(part);
      left -= part.length;
    }
    return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
  }

  async some(most: number): Promise<Buffer> {
    while (this.current.length === 0) {
      const next = await this.chunks.next();
      if (next.done === true) throw unexpected();
      this.current = next.value;
    }
    const part = this.current.subarray(0, most);
    this.current = this.current.subarray(part.length);
    return part;
  }
}

function unexpected(): GiftCloudError {
  return new GiftCloudError(
    'UNEXPECTED_ANSWER',
    'The server sent a zip that cannot be read while it arrives.',
    {
      hint: 'Repeat the action; if it fails again, report it with the log.',
      retryable: true,
    },
  );
}
