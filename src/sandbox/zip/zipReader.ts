import { rm } from 'node:fs/promises';
import type { ByteSource } from './byteSource.js';
import { FileSink, type StoredBytes } from './fileSink.js';
import { DamagedStream, inflateInto } from './inflate.js';

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
}

/**
 * Extracts a zip front to back while it arrives, by its local headers, never by its directory, as Java's
 * ZipInputStream does on the server: what is no zip has no entries and is no error, a STORED entry with a data
 * descriptor is refused, and what lies before a damaged entry has been read by then.
 */
export async function* extractZip(source: ByteSource, place: () => string): AsyncGenerator<ExtractedEntry> {
  for (;;) {
    const header = await readLocalHeader(source);
    if (header === undefined) return;
    const path = place();
    let stored: StoredBytes;
    try {
      stored = await extractEntry(source, header, path);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    yield { name: header.name, path, ...stored };
  }
}

async function readLocalHeader(source: ByteSource): Promise<LocalHeader | undefined> {
  const fixed = await source.take(LOCAL_HEADER_SIZE);
  if (fixed.length < LOCAL_HEADER_SIZE || fixed.readUInt32LE(0) !== LOCAL_HEADER) return undefined;
  const nameLength = fixed.readUInt16LE(26);
  const extraLength = fixed.readUInt16LE(28);
  const variable = await source.take(nameLength + extraLength);
  if (variable.length < nameLength + extraLength) throw new ZipProblem('Unexpected end of ZLIB input stream');
  const header = {
    flags: fixed.readUInt16LE(6),
    method: fixed.readUInt16LE(8),
    crc: fixed.readUInt32LE(14),
    compressedSize: fixed.readUInt32LE(18),
    size: fixed.readUInt32LE(22),
    name: variable.toString('utf8', 0, nameLength),
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

async function extractEntry(source: ByteSource, header: LocalHeader, path: string): Promise<StoredBytes> {
  const sink = await FileSink.open(path);
  const start = source.position;
  try {
    if (header.method === 8) await inflateInto(source, sink);
    else for await (const piece of source.pieces(header.size)) await sink.write(piece);
    const stored = await sink.finish();
    const packed = source.position - start;
    if ((header.flags & 8) !== 0) await checkDescriptor(source, stored, packed);
    else if (header.method === 0 && stored.size < header.size) throw new ZipProblem('unexpected EOF');
    else check(header.crc, header.size, stored);
    return stored;
  } catch (error) {
    throw error instanceof DamagedStream ? new ZipProblem('Unexpected end of ZLIB input stream') : error;
  } finally {
    await sink.close();
  }
}

/**
 * Checks the descriptor behind an entry; its signature is optional. Like Java's reader it takes sizes of eight bytes
 * where one of them is above 4 GiB, whatever the entry's header says.
 */
async function checkDescriptor(source: ByteSource, stored: StoredBytes, packed: number): Promise<void> {
  const block = await source.take(24);
  const signed = block.length >= 4 && block.readUInt32LE(0) === DATA_DESCRIPTOR ? 4 : 0;
  const wide = Math.max(stored.size, packed) > FOUR_GIB;
  const length = signed + (wide ? 20 : 12);
  if (block.length < length) throw new ZipProblem('Unexpected end of ZLIB input stream');
  const size = wide ? Number(block.readBigUInt64LE(signed + 12)) : block.readUInt32LE(signed + 8);
  check(block.readUInt32LE(signed), size, stored);
  source.unread(block.subarray(length));
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
