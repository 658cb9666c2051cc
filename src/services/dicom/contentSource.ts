import type { FileSource } from './fileSource.js';
import { inflatedSource } from './inflatedSource.js';
import { readFileMeta } from './part10Reader.js';
import { plainFiles, type Sources } from './sources.js';

/**
 * The source in which the ranges of an object count: the file itself, or the inflated data set of a deflated one
 * (`DicomObject.deflated`, `DeidentifiedInstance.sourceDeflated`). The stamp is always that of the file.
 * Errors: FILE_UNREADABLE; for deflated ones also DICOM_DAMAGED.
 */
export function openContentSource(
  path: string,
  deflated: boolean,
  sources: Pick<Sources, 'open'> = plainFiles,
): FileSource {
  const file = sources.open(path);
  if (!deflated) return file;
  try {
    const inflated = inflatedSource(file, readFileMeta(file).parser.position);
    return {
      stamp: file.stamp,
      size: inflated.size,
      read: (position, length) => inflated.read(position, length),
      readInto: (target, position) => inflated.read(position, target.length).copy(target),
      currentStamp: () => file.currentStamp(),
      close: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}
