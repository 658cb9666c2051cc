import type { Segment } from '../deid/types.js';
import type { ByteSource } from './byteSource.js';

/**
 * An object that was not written yet, as a source: its segments one after the other, ranges taken from `content`, the
 * source they count in. For reading a result again before it is sent. `content` stays open when this is closed.
 */
export function segmentSource(segments: readonly Segment[], content: ByteSource): ByteSource {
  return new SegmentSource(segments, content);
}

interface Placed {
  readonly start: number;
  readonly length: number;
  readonly segment: Segment;
}

class SegmentSource implements ByteSource {
  readonly size: number;
  private readonly placed: readonly Placed[];

  constructor(
    segments: readonly Segment[],
    private readonly content: ByteSource,
  ) {
    let start = 0;
    this.placed = segments.map((segment) => {
      const length = 'bytes' in segment ? segment.bytes.length : segment.range.length;
      const placed = { start, length, segment };
      start += length;
      return placed;
    });
    this.size = start;
  }

  read(position: number, length: number): Buffer {
    const end = Math.min(this.size, position + length);
    const parts = this.placed
      .filter((placed) => placed.start < end && placed.start + placed.length > position)
      .map((placed) => this.part(placed, Math.max(position, placed.start), end));
    return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
  }

  close(): void {
    // It owns nothing.
  }

  private part({ start, length, segment }: Placed, from: number, end: number): Buffer {
    const offset = from - start;
    const count = Math.min(end, start + length) - from;
    if ('range' in segment) return this.content.read(segment.range.offset + offset, count);
    const { bytes } = segment;
    return Buffer.from(bytes.buffer, bytes.byteOffset + offset, count);
  }
}
