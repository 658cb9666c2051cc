import type { Random } from './random.js';

const lengths = [0, 1, 2, 7, 8, 0xff, 0xfffe, 0xffff, 0x10000, 0x7fffffff, 0xfffffffe, 0xffffffff];
const letters = ['SQ', 'UN', 'OB', 'UT', 'PN', 'US', 'ZZ', 'ox', '\0\0'];
const marks = [
  Buffer.from('feff00e000000000', 'hex'), // item, empty
  Buffer.from('feff00e0ffffffff', 'hex'), // item of undefined length
  Buffer.from('feff0de000000000', 'hex'), // end of item
  Buffer.from('feffdde000000000', 'hex'), // end of sequence
  Buffer.from('e07f1000', 'hex'),
  Buffer.from('fcfffcff', 'hex'),
];

/** A file with one to four damages where its structure is: the header, not the pixels. */
export function damageBytes(file: Buffer, other: Buffer, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(file);
  const times = 1 + random.below(4);
  for (let time = 0; time < times; time++) bytes = damageOnce(bytes, other, random);
  return bytes;
}

function damageOnce(bytes: Buffer, other: Buffer, random: Random): Buffer {
  if (bytes.length < 16) return bytes;
  const at = random.below(bytes.length - 8);
  switch (random.below(9)) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      return bytes;
    case 1:
      bytes[at] = random.below(256);
      return bytes;
    case 2:
      bytes.writeUInt32LE(random.pick(lengths), at);
      return bytes;
    case 3:
      bytes.writeUInt16LE(random.pick(lengths) & 0xffff, at);
      return bytes;
    case 4:
      bytes.write(random.pick(letters), at, 'latin1');
      return bytes;
    case 5:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(64))]);
    case 6:
      return Buffer.concat([bytes.subarray(0, at), random.pick(marks), bytes.subarray(at)]);
    case 7: {
      const from = random.below(Math.max(1, other.length - 64));
      const piece = other.subarray(from, from + 1 + random.below(256));
      return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
    }
    default:
      return bytes.subarray(0, at);
  }
}
