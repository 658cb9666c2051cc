import type { Segment } from '../deid/types.js';
import type { DataElement, Encoding } from './dataSet.js';
import { GiftCloudError } from '../support/errors.js';

export function encodeElement(_element: DataElement, _encoding: Encoding): Buffer {
  throw new GiftCloudError('INTERNAL', 'Not there yet.');
}

export function encodeDataSet(_elements: readonly DataElement[], _encoding: Encoding): Segment[] {
  throw new GiftCloudError('INTERNAL', 'Not there yet.');
}

/** Bytes of all segments together. */
export function segmentsSize(segments: readonly Segment[]): number {
  return segments.reduce((sum, s) => sum + ('bytes' in s ? s.bytes.length : s.range.length), 0);
}

export function encodeFileMeta(_elements: readonly DataElement[]): Buffer {
  throw new GiftCloudError('INTERNAL', 'Not there yet.');
}
