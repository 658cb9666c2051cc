import { createReadStream } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { createInflateRaw } from 'node:zlib';
import { writeDigested, type StoredBytes } from './digest.js';

const LOCAL_HEADER = 0x04034b50;
const DATA_DESCRIPTOR = 0x08074b50;
const LOCAL_HEADER_SIZE = 30;
const FOUR_GIB = 0xffffffff;

/** A zip that the server refuses; the message is what its page shows. */
export class ZipProblem extends Error {}

export interface ExtractedEntry extends StoredBytes {
  readonly name: string;
  /** Where the content was put. */
  readonly path: string;
}

interface LocalHeader {
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly name: string;
  readonly dataStart: number;
}

/**
 * Extracts a zip front to back by its local headers, never by its directory, as Java's ZipInputStream does on the
 * server: what is no zip has no entries and is no error, a STORED entry with a data descriptor is refused, and
 * what lies before a damaged entry has been read by then.
 */
export async function* extractZip(path: string, place: () => string): AsyncGenerator<ExtractedEntry> {
  const file = await open(path, 'r');
  try {
    let position = 0;
    for (;;) {
      const header = await readLocalHeader(file, position);
      if (header === undefined) return;
      const target = place();
      let stored: StoredBytes;
      try {
        const extracted = await extractEntry(path, header, target);
        stored = extracted.stored;
        position = header.dataStart + extracted.consumed;
        if ((header.flags & 8) !== 0) position += await checkDescriptor(file, position, stored);
        else check(header.crc, header.size, stored);
      } catch (error) {
        await rm(target, { force: true });
        throw error;
      }
      yield { name: header.name, path: target, ...stored };
    }
  } finally {
    await file.close();
  }
}

async function readLocalHeader(file: FileHandle, position: number): Promise<LocalHeader | undefined> {
  const fixed = await readAt(file, position, LOCAL_HEADER_SIZE);
  if (fixed.length < LOCAL_HEADER_SIZE || fixed.readUInt32LE(0) !== LOCAL_HEADER) return undefined;
  const nameLength = fixed.readUInt16LE(26);
  const extraLength = fixed.readUInt16LE(28);
  const variable = await readAt(file, position + LOCAL_HEADER_SIZE, nameLength + extraLength);
  if (variable.length < nameLength + extraLength) throw new ZipProblem('Unexpected end of ZLIB input stream');
  const header = {
    flags: fixed.readUInt16LE(6),
    method: fixed.readUInt16LE(8),
    crc: fixed.readUInt32LE(14),
    compressedSize: fixed.readUInt32LE(18),
    size: fixed.readUInt32LE(22),
    name: variable.toString('utf8', 0, nameLength),
    dataStart: position + LOCAL_HEADER_SIZE + nameLength + extraLength,
  };
  if ((header.flags & 1) !== 0) throw new ZipProblem('encrypted ZIP entry not supported');
  if ((header.flags & 8) !== 0 && header.method !== 8) {
    throw new ZipProblem('only DEFLATED entries can have EXT descriptor');
  }
  if (header.method !== 0 && header.method !== 8) throw new ZipProblem('unsupported compression method');
  return { ...header, ...zip64Sizes(header, variable.subarray(nameLength)) };
}

/** Sizes over 4 GiB stand in the extra field (PKWARE APPNOTE 4.5.3), the size before the compressed size. */
function zip64Sizes(
  header: { readonly size: number; readonly compressedSize: number },
  extra: Buffer,
): { size: number; compressedSize: number } {
  let { size, compressedSize } = header;
  let offset = 0;
  while (offset + 4 <= extra.length) {
    const length = extra.readUInt16LE(offset + 2);
    if (extra.readUInt16LE(offset) === 1) {
      let at = offset + 4;
      if (size === FOUR_GIB && at + 8 <= extra.length) {
        size = Number(extra.readBigUInt64LE(at));
        at += 8;
      }
      if (compressedSize === FOUR_GIB && at + 8 <= extra.length) {
        compressedSize = Number(extra.readBigUInt64LE(at));
      }
    }
    offset += 4 + length;
  }
  return { size, compressedSize };
}

async function extractEntry(
  path: string,
  header: LocalHeader,
  target: string,
): Promise<{ readonly stored: StoredBytes; readonly consumed: number }> {
  const streamed = (header.flags & 8) !== 0;
  if (header.method === 0) {
    const stored = await writeDigested(bytes(path, header.dataStart, header.size), target);
    if (stored.size < header.size) throw new ZipProblem('unexpected EOF');
    return { stored, consumed: header.size };
  }
  const inflate = createInflateRaw({ chunkSize: 256 * 1024 });
  const source = createReadStream(path, {
    start: header.dataStart,
    highWaterMark: 256 * 1024,
    ...(streamed ? {} : { end: Math.max(header.dataStart + header.compressedSize - 1, header.dataStart) }),
  });
  try {
    const stored = await writeDigested(source.pipe(inflate), target);
    return { stored, consumed: inflate.bytesWritten };
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) {
      throw new ZipProblem('Unexpected end of ZLIB input stream');
    }
    throw error;
  } finally {
    source.destroy();
    inflate.destroy();
  }
}

async function* bytes(path: string, start: number, length: number): AsyncGenerator<Buffer> {
  if (length === 0) return;
  for await (const chunk of createReadStream(path, {
    start,
    end: start + length - 1,
    highWaterMark: 256 * 1024,
  })) {
    yield chunk as Buffer;
  }
}

/** Checks the descriptor behind an entry and tells its length; its signature is optional. */
async function checkDescriptor(file: FileHandle, position: number, stored: StoredBytes): Promise<number> {
  const block = await readAt(file, position, 24);
  const signed = block.length >= 4 && block.readUInt32LE(0) === DATA_DESCRIPTOR ? 4 : 0;
  const wide = stored.size > FOUR_GIB;
  const length = signed + (wide ? 20 : 12);
  if (block.length < length) throw new ZipProblem('Unexpected end of ZLIB input stream');
  const size = wide ? Number(block.readBigUInt64LE(signed + 12)) : block.readUInt32LE(signed + 8);
  check(block.readUInt32LE(signed), size, stored);
  return length;
}

function check(crc: number, size: number, stored: StoredBytes): void {
  if (size !== stored.size) {
    throw new ZipProblem(`invalid entry size (expected ${size} but got ${stored.size} bytes)`);
  }
  if (crc !== stored.crc32) {
    const [expected, got] = [crc, stored.crc32].map((value) => value.toString(16));
    throw new ZipProblem(`invalid entry CRC (expected 0x${expected ?? ''} but got 0x${got ?? ''})`);
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}
