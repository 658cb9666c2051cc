/** Largest payload of one deflate block of type "stored" (RFC 1951 3.2.4: 16-bit length). */
export const blockPayload = 0xffff;
/** Block header: final flag and type in one byte, because every block starts on a byte; then LEN and its complement. */
export const blockHeader = 5;

const limit32 = 0xffffffff;
const limit16 = 0xffff;
const deflated = 8;
/** Sizes and CRC follow the data. */
const dataDescriptor = 0x0008;
/** 1980-01-01 00:00: a real time would tell when the batch was made and change its bytes. */
const dosTime = 0;
const dosDate = 0x0021;

export interface ZipEntryPlan {
  /** ASCII, without folders. */
  readonly name: string;
  /** Bytes of the file. */
  readonly size: number;
}

export interface WrittenEntry extends ZipEntryPlan {
  readonly crc32: number;
  /** Position of its local header. */
  readonly offset: number;
}

/** Bytes that a file of this size takes as stored deflate blocks; an empty file still has one block. */
export function compressedSize(size: number): number {
  return size + blockHeader * blockCount(size);
}

export function blockCount(size: number): number {
  return Math.max(1, Math.ceil(size / blockPayload));
}

export function putBlockHeader(target: Buffer, at: number, length: number, final: boolean): void {
  target.writeUInt8(final ? 1 : 0, at);
  target.writeUInt16LE(length, at + 1);
  target.writeUInt16LE(~length & 0xffff, at + 3);
}

/**
 * Java's ZipInputStream (the server's reader) takes 8-byte sizes in the data descriptor exactly when a size is over
 * 4 GiB, and newer ones also ask for the zip64 field in the local header: both hold here.
 */
function isLarge(entry: ZipEntryPlan): boolean {
  return compressedSize(entry.size) > limit32;
}

/**
 * Local file header (APPNOTE 4.3.7): method deflate with a data descriptor, the only streaming form that the server
 * takes. "Stored" plus descriptor is refused (GIFT-Cloud server, observed).
 */
export function localHeader(entry: ZipEntryPlan): Buffer {
  const large = isLarge(entry);
  const name = Buffer.from(entry.name, 'latin1');
  const header = Buffer.alloc(30 + name.length + (large ? 20 : 0));
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(large ? 45 : 20, 4);
  header.writeUInt16LE(dataDescriptor, 6);
  header.writeUInt16LE(deflated, 8);
  header.writeUInt16LE(dosTime, 10);
  header.writeUInt16LE(dosDate, 12);
  if (large) {
    header.writeUInt32LE(limit32, 18);
    header.writeUInt32LE(limit32, 22);
  }
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(large ? 20 : 0, 28);
  name.copy(header, 30);
  if (large) {
    const extra = 30 + name.length;
    header.writeUInt16LE(0x0001, extra);
    header.writeUInt16LE(16, extra + 2);
  }
  return header;
}

/** Data descriptor (APPNOTE 4.3.9) with its signature. */
export function descriptor(entry: ZipEntryPlan, crc32: number): Buffer {
  const large = isLarge(entry);
  const bytes = Buffer.alloc(large ? 24 : 16);
  bytes.writeUInt32LE(0x08074b50, 0);
  bytes.writeUInt32LE(crc32, 4);
  if (large) {
    bytes.writeBigUInt64LE(BigInt(compressedSize(entry.size)), 8);
    bytes.writeBigUInt64LE(BigInt(entry.size), 16);
  } else {
    bytes.writeUInt32LE(compressedSize(entry.size), 8);
    bytes.writeUInt32LE(entry.size, 12);
  }
  return bytes;
}

/** Central directory header (APPNOTE 4.3.12); values over 4 GiB move to the zip64 field (4.5.3). */
export function centralHeader(entry: WrittenEntry): Buffer {
  const name = Buffer.from(entry.name, 'latin1');
  const wide: number[] = [];
  const narrow = (value: number): number => {
    if (value < limit32) return value;
    wide.push(value);
    return limit32;
  };
  const size = narrow(entry.size);
  const compressed = narrow(compressedSize(entry.size));
  const offset = narrow(entry.offset);
  const header = Buffer.alloc(46 + name.length + (wide.length > 0 ? 4 + 8 * wide.length : 0));
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(45, 4);
  header.writeUInt16LE(wide.length > 0 ? 45 : 20, 6);
  header.writeUInt16LE(dataDescriptor, 8);
  header.writeUInt16LE(deflated, 10);
  header.writeUInt16LE(dosTime, 12);
  header.writeUInt16LE(dosDate, 14);
  header.writeUInt32LE(entry.crc32, 16);
  header.writeUInt32LE(compressed, 20);
  header.writeUInt32LE(size, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(wide.length > 0 ? 4 + 8 * wide.length : 0, 30);
  header.writeUInt32LE(offset, 42);
  name.copy(header, 46);
  if (wide.length > 0) {
    const extra = 46 + name.length;
    header.writeUInt16LE(0x0001, extra);
    header.writeUInt16LE(8 * wide.length, extra + 2);
    wide.forEach((value, index) => header.writeBigUInt64LE(BigInt(value), extra + 4 + 8 * index));
  }
  return header;
}

/** End of central directory, with the zip64 records before it where a number needs them (APPNOTE 4.3.14-4.3.16). */
export function endOfDirectory(entries: number, directoryAt: number, directorySize: number): Buffer {
  const zip64 = entries >= limit16 || directoryAt >= limit32 || directorySize >= limit32;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(entries, limit16), 8);
  end.writeUInt16LE(Math.min(entries, limit16), 10);
  end.writeUInt32LE(Math.min(directorySize, limit32), 12);
  end.writeUInt32LE(Math.min(directoryAt, limit32), 16);
  if (!zip64) return end;
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(45, 12);
  record.writeUInt16LE(45, 14);
  record.writeBigUInt64LE(BigInt(entries), 24);
  record.writeBigUInt64LE(BigInt(entries), 32);
  record.writeBigUInt64LE(BigInt(directorySize), 40);
  record.writeBigUInt64LE(BigInt(directoryAt), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(directoryAt + directorySize), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator, end]);
}

/** Exact length of the whole zip: known before the first byte is made. */
export function zipLength(entries: readonly ZipEntryPlan[]): number {
  let at = 0;
  let directory = 0;
  for (const entry of entries) {
    directory += centralHeader({ ...entry, crc32: 0, offset: at }).length;
    at += localHeader(entry).length + compressedSize(entry.size) + descriptor(entry, 0).length;
  }
  return at + directory + endOfDirectory(entries.length, at, directory).length;
}
