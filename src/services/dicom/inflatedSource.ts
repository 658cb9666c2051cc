import type { ByteSource } from './byteSource.js';
import { openFileSource, type FileSource } from './fileSource.js';
import { GiftCloudError } from '../support/errors.js';

/** The inflated data set of a deflated object: position 0 is its first byte. */
export function openInflatedSource(_source: ByteSource): ByteSource {
  throw new GiftCloudError('INTERNAL', 'Not there yet.');
}

/**
 * The source in which the ranges of an object count: the file itself, or the inflated data set of a deflated one
 * (`DicomObject.deflated`, `DeidentifiedInstance.sourceDeflated`). The stamp is always that of the file.
 */
export function openContentSource(path: string, _deflated: boolean): FileSource {
  return openFileSource(path);
}
