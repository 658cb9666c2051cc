import { damaged } from './dicomErrors.js';

const longestCode = 15;

/** Decoding table of one canonical Huffman code (RFC 1951 3.2.2), indexed by the next bits of the stream. */
export class HuffmanTable {
  /** Symbol and length of the code (`symbol << 4 | length`); 0 where no code begins with these bits. */
  readonly entries: Uint16Array;
  readonly mask: number;

  constructor(lengths: Uint8Array) {
    const counts = new Uint16Array(longestCode + 1);
    for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
    counts[0] = 0;
    const next = new Uint16Array(longestCode + 2);
    let room = 1;
    let longest = 1;
    for (let length = 1; length <= longestCode; length += 1) {
      const count = counts[length] ?? 0;
      room = room * 2 - count;
      if (room < 0) throw damaged('its deflated data hold a broken code');
      if (count > 0) longest = length;
      next[length + 1] = ((next[length] ?? 0) + count) << 1;
    }
    this.entries = new Uint16Array(1 << longest);
    this.mask = (1 << longest) - 1;
    lengths.forEach((length, symbol) => {
      if (length === 0) return;
      const code = next[length] ?? 0;
      next[length] = code + 1;
      const step = 1 << length;
      for (let at = reversed(code, length); at <= this.mask; at += step)
        this.entries[at] = (symbol << 4) | length;
    });
  }
}

/** Codes come with their first bit first, numbers with their last. */
function reversed(code: number, length: number): number {
  let result = 0;
  for (let bit = 0; bit < length; bit += 1) result |= ((code >>> bit) & 1) << (length - 1 - bit);
  return result;
}

interface ExtraBits {
  readonly base: number;
  readonly extra: number;
}

function withExtraBits(first: number, extras: readonly number[]): ExtraBits[] {
  let base = first;
  return extras.map((extra) => {
    const code = { base, extra };
    base += 1 << extra;
    return code;
  });
}

/** Lengths of matches by symbol - 257 (RFC 1951 3.2.5); the last one breaks the rule. */
export const lengthCodes: readonly ExtraBits[] = [
  ...withExtraBits(3, [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5,
  ]), // prettier-ignore
  { base: 258, extra: 0 },
];

export const distanceCodes: readonly ExtraBits[] = withExtraBits(
  1,
  Array.from({ length: 30 }, (_, code) => Math.max(0, (code >> 1) - 1)),
);

/** Order in which the lengths of the code length code come (RFC 1951 3.2.7). */
export const orderOfCodeLengths: readonly number[] = [
  16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/** The code of blocks that bring none (RFC 1951 3.2.6). */
export function fixedTables(): { literals: HuffmanTable; distances: HuffmanTable } {
  const lengths = new Uint8Array(288).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280);
  return { literals: new HuffmanTable(lengths), distances: new HuffmanTable(new Uint8Array(30).fill(5)) };
}
