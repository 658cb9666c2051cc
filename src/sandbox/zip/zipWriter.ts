import { createReadStream } from 'node:fs';

const UTF8_NAMES = 0x0800;
/** From this size on an entry needs the long form. */
export const FOUR_GIB = 0xffffffff;

export interface ArchiveEntry {
  readonly name: string;
  /** The stored file. */
  readonly path: string;
  readonly size: number;
  readonly crc32: number;
  readonly modified: number;
}

/** Length of the zip that `writeZip` makes; for the small ones that the server sends with a length. */
export function zipLength(entries: readonly ArchiveEntry[]): number {
  const names = entries.map((entry) => Buffer.byteLength(entry.name));
  return entries.reduce((sum, entry, index) => sum + entry.size + 30 + 46 + 2 * (names[index] ?? 0), 22);
}

/**
 * Streams a zip of stored, uncompressed entries, as the server's downloads are. Sizes above 4 GiB get the long
 * form (PKWARE APPNOTE 4.5.3).
 */
export async function* writeZip(entries: readonly ArchiveEntry[]): AsyncGenerator<Buffer> {
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const header = localHeader(entry);
    directory.push(directoryHeader(entry, offset));
    offset += header.length + entry.size;
    yield header;
    if (entry.size === 0) continue;
    for await (const chunk of createReadStream(entry.path, { highWaterMark: 1024 * 1024 })) {
      yield chunk as Buffer;
    }
  }
  yield* directory;
  const size = directory.reduce((sum, header) => sum + header.length, 0);
  yield endOfDirectory(entries.length, size, offset);
}

function extra64(values: readonly number[]): Buffer {
  if (values.length === 0) return Buffer.alloc(0);
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  for (const [index, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
  return extra;
}

function dosTime(milliseconds: number): number {
  const date = new Date(milliseconds);
  const day = ((date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  return day * 0x10000 + time;
}

function localHeader(entry: ArchiveEntry): Buffer {
  const name = Buffer.from(entry.name, 'utf8');
  const wide = entry.size >= FOUR_GIB;
  const extra = extra64(wide ? [entry.size, entry.size] : []);
  const fixed = Buffer.alloc(30);
  fixed.writeUInt32LE(0x04034b50, 0);
  writeCommon(fixed, 4, entry, wide);
  fixed.writeUInt16LE(name.length, 26);
  fixed.writeUInt16LE(extra.length, 28);
  return Buffer.concat([fixed, name, extra]);
}

function directoryHeader(entry: ArchiveEntry, offset: number): Buffer {
  const name = Buffer.from(entry.name, 'utf8');
  const wide = entry.size >= FOUR_GIB;
  const far = offset >= FOUR_GIB;
  const extra = extra64([...(wide ? [entry.size, entry.size] : []), ...(far ? [offset] : [])]);
  const fixed = Buffer.alloc(46);
  fixed.writeUInt32LE(0x02014b50, 0);
  fixed.writeUInt16LE(45, 4);
  writeCommon(fixed, 6, entry, wide);
  fixed.writeUInt16LE(name.length, 28);
  fixed.writeUInt16LE(extra.length, 30);
  fixed.writeUInt32LE(far ? FOUR_GIB : offset, 42);
  return Buffer.concat([fixed, name, extra]);
}

/** The fields that both headers share, from "version needed" to the size. */
function writeCommon(buffer: Buffer, at: number, entry: ArchiveEntry, wide: boolean): void {
  buffer.writeUInt16LE(wide ? 45 : 10, at);
  buffer.writeUInt16LE(UTF8_NAMES, at + 2);
  buffer.writeUInt16LE(0, at + 4);
  buffer.writeUInt32LE(dosTime(entry.modified), at + 6);
  buffer.writeUInt32LE(entry.crc32, at + 10);
  buffer.writeUInt32LE(wide ? FOUR_GIB : entry.size, at + 14);
  buffer.writeUInt32LE(wide ? FOUR_GIB : entry.size, at + 18);
}

function endOfDirectory(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(count, 0xffff), 8);
  end.writeUInt16LE(Math.min(count, 0xffff), 10);
  end.writeUInt32LE(Math.min(size, FOUR_GIB), 12);
  end.writeUInt32LE(Math.min(offset, FOUR_GIB), 16);
  if (count < 0xffff && offset < FOUR_GIB && size < FOUR_GIB) return end;
  const record = Buffer.alloc(56 + 20);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(45, 12);
  record.writeUInt16LE(45, 14);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  record.writeUInt32LE(0x07064b50, 56);
  record.writeBigUInt64LE(BigInt(offset + size), 64);
  record.writeUInt32LE(1, 72);
  return Buffer.concat([record, end]);
}
