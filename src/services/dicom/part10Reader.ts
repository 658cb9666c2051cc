import type { ByteSource } from './byteSource.js';
import type { DicomObject, Tag } from './dataSet.js';
import { GiftCloudError } from '../support/errors.js';

export interface ReadOptions {
  /** Values above this many bytes stay in the source. Default 256 KiB. */
  readonly inMemoryLimit?: number;
  /** Stop before the first top-level element with this or a higher tag. */
  readonly untilTag?: Tag;
}

export function looksLikeDicom(firstBytes: Buffer): 'part10' | 'dataSet' | 'no' {
  return firstBytes.toString('latin1', 128, 132) === 'DICM' ? 'part10' : 'no';
}

export function readDicom(_source: ByteSource, _options: ReadOptions = {}): DicomObject {
  throw new GiftCloudError('INTERNAL', 'Not there yet.');
}
