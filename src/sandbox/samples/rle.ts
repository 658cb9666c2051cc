/** One 16-bit frame as RLE Lossless (PS3.5 annex G): the high bytes, then the low bytes, each row by row. */
export function rleFrame(pixels: Uint8Array, columns: number): Uint8Array {
  const segments = [1, 0].map((byte) => {
    const packed: number[] = [];
    const rowBytes = columns * 2;
    for (let start = 0; start < pixels.length; start += rowBytes) {
      const row = Array.from({ length: columns }, (_, column) => pixels[start + column * 2 + byte] ?? 0);
      packRow(row, packed);
    }
    if (packed.length % 2 === 1) packed.push(0);
    return Uint8Array.from(packed);
  });
  const header = new Uint32Array(16);
  header[0] = segments.length;
  header[1] = 64;
  header[2] = 64 + (segments[0]?.length ?? 0);
  return Buffer.concat([Buffer.from(header.buffer), ...segments]);
}

/** PackBits: runs of three and more as a count and a value, everything else as literals of up to 128 bytes. */
function packRow(row: readonly number[], out: number[]): void {
  let at = 0;
  while (at < row.length) {
    const run = runLength(row, at);
    if (run >= 3) {
      out.push(257 - run, row[at] ?? 0);
      at += run;
      continue;
    }
    const start = at;
    while (at < row.length && at - start < 128 && runLength(row, at) < 3) at += 1;
    out.push(at - start - 1, ...row.slice(start, at));
  }
}

function runLength(row: readonly number[], start: number): number {
  let end = start + 1;
  while (end < row.length && end - start < 128 && row[end] === row[start]) end += 1;
  return end - start;
}
