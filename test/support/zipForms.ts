import { crc32, deflateRawSync } from 'node:zlib';

/** How the entries of a test zip are written. */
export type ZipForm = 'deflated' | 'deflated with descriptor' | 'stored' | 'stored with descriptor';

export type ZipContent = Readonly<Record<string, Buffer | string>>;

/** A zip in one of the forms that a server may or may not take. */
export function zipOf(content: ZipContent, form: ZipForm = 'deflated'): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [entryName, value] of Object.entries(content)) {
    const plain = Buffer.from(value);
    const name = Buffer.from(entryName, 'utf8');
    const deflated = form.startsWith('deflated');
    const described = form.endsWith('descriptor');
    const data = deflated ? deflateRawSync(plain) : plain;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800 | (described ? 8 : 0), 2);
    common.writeUInt16LE(deflated ? 8 : 0, 4);
    common.writeUInt32LE(crc32(plain), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(plain.length, 18);
    common.writeUInt16LE(name.length, 22);
    const inHeader = Buffer.from(common);
    if (described) inHeader.fill(0, 10, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), inHeader, name, data]);
    const descriptor = Buffer.concat([Buffer.from('PK\x07\x08', 'latin1'), common.subarray(10, 22)]);
    const central = Buffer.alloc(46);
    central.write('PK\x01\x02', 0, 'latin1');
    central.writeUInt16LE(20, 4);
    common.copy(central, 6);
    central.writeUInt32LE(offset, 42);
    directory.push(central, name);
    locals.push(local, ...(described ? [descriptor] : []));
    offset += local.length + (described ? descriptor.length : 0);
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(Object.keys(content).length, 8);
  end.writeUInt16LE(Object.keys(content).length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...directory, end]);
}

/** Entries of a zip by its directory; stored ones only, as downloads are. */
export function entriesOf(zip: Buffer): Map<string, Buffer> {
  const entries = new Map<string, Buffer>();
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const nameLength = zip.readUInt16LE(at + 28);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const content = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    if (crc32(content) !== zip.readUInt32LE(at + 16)) throw new Error('checksum of an entry');
    entries.set(zip.toString('utf8', at + 46, at + 46 + nameLength), content);
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}
