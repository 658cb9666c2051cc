import type { Segment } from '../deid/types.js';
import type { SourceStamp } from './byteSource.js';
import type { FileSource } from './fileSource.js';
import { GiftCloudError } from '../support/errors.js';

export interface WriteOptions {
  /** The source is deflated: ranges count in its inflated data set. */
  readonly deflated?: boolean;
  /** What the source was when it was read; another one now is FILE_CHANGED. */
  readonly stamp?: SourceStamp;
  /** Reused between calls so that a run of many files does not allocate for each; 1 MiB is a good size. */
  readonly scratch?: Buffer;
}

export function writeObject(
  _source: string | FileSource,
  _segments: readonly Segment[],
  _outPath: string,
  _options: WriteOptions = {},
): void {
  throw new GiftCloudError('INTERNAL', 'Not there yet.');
}
