import type { ByteSource } from '../dicom/byteSource.js';
import type { SourceRange } from '../dicom/dataSet.js';
import { filledRanges, type PixelFill } from '../dicomedit/run/pixelFill.js';

const pieceSize = 1024 * 1024;

/**
 * Whether pixel data is zero where a script blacked it out, and everywhere else as in the source, byte by byte.
 * @param made the element in `bytes`, the object as it will be sent.
 * @param original the element in `content`, the source in which the fills count.
 */
export function isFilled(
  bytes: ByteSource,
  made: SourceRange,
  content: ByteSource,
  original: SourceRange,
  fills: readonly PixelFill[],
): boolean {
  if (made.length !== original.length) return false;
  const ranges = fills.flatMap((fill) => [...filledRanges(fill)]).sort((a, b) => a.offset - b.offset);
  let first = 0;
  for (let at = 0; at < original.length; at += pieceSize) {
    const length = Math.min(pieceSize, original.length - at);
    const expected = Buffer.from(content.read(original.offset + at, length));
    first = blacken(expected, original.offset + at, ranges, first);
    if (!bytes.read(made.offset + at, length).equals(expected)) return false;
  }
  return true;
}

/** Zeros in one piece of the pixel data. @returns the first range that reaches beyond it. */
function blacken(piece: Buffer, start: number, ranges: readonly SourceRange[], first: number): number {
  const pieceEnd = start + piece.length;
  let next = first;
  for (let index = first; index < ranges.length; index++) {
    const range = ranges[index];
    if (!range || range.offset >= pieceEnd) break;
    const end = range.offset + range.length;
    if (end > start) piece.fill(0, Math.max(0, range.offset - start), Math.min(piece.length, end - start));
    if (end <= pieceEnd && index === next) next++;
  }
  return next;
}
