import type { Segment } from '../deid/types.js';
import type { SourceRange } from '../dicom/dataSet.js';
import { filledRanges, type PixelFill } from './run/pixelFill.js';

/**
 * The same pieces of an object with the filled parts of its pixel data as zeros: the rest is still copied from the source.
 * The size stays.
 */
export function fillSegments(segments: readonly Segment[], fills: readonly PixelFill[]): readonly Segment[] {
  if (fills.length === 0) return segments;
  const ranges = sortedRanges(fills);
  const zeros = Buffer.alloc(ranges.reduce((most, { length }) => Math.max(most, length), 0));
  return segments.flatMap((segment) => ('bytes' in segment ? [segment] : cut(segment.range, ranges, zeros)));
}

/** Without overlaps, in ascending order. */
function sortedRanges(fills: readonly PixelFill[]): readonly SourceRange[] {
  const sorted = fills.flatMap((fill) => [...filledRanges(fill)]).sort((a, b) => a.offset - b.offset);
  const result: SourceRange[] = [];
  let end = 0;
  for (const range of sorted) {
    const offset = Math.max(range.offset, end);
    const length = range.offset + range.length - offset;
    if (length <= 0) continue;
    result.push({ offset, length });
    end = offset + length;
  }
  return result;
}

function cut(range: SourceRange, fills: readonly SourceRange[], zeros: Buffer): readonly Segment[] {
  const pieces: Segment[] = [];
  const end = range.offset + range.length;
  let at = range.offset;
  for (const fill of fills) {
    if (fill.offset < range.offset || fill.offset + fill.length > end) continue;
    if (fill.offset > at) pieces.push({ range: { offset: at, length: fill.offset - at } });
    pieces.push({ bytes: zeros.subarray(0, fill.length) });
    at = fill.offset + fill.length;
  }
  if (at < end) pieces.push({ range: { offset: at, length: end - at } });
  return pieces;
}
