import { openFileSource, type FileSource } from './fileSource.js';
import { inflatedSource } from './inflatedSource.js';
import { readFileMeta } from './part10Reader.js';

/**
 * The source in which the ranges of an object count: the file itself, or the inflated data set of a deflated one
 * (`DicomObject.deflated`, `DeidentifiedInstance.sourceDeflated`). The stamp is always that of the file.
 */
export function openContentSource(path: string, deflated: boolean): FileSource {
  const file = openFileSource(path);
  if (!deflated) return file;
  const inner = inflatedSource(file, readFileMeta(file).parser.position);
  return {
    stamp: file.stamp,
    size: inner.size,
    read: (position, length) => inner.read(position, length),
    readInto: (target, position) => inner.read(position, target.length).copy(target),
    currentStamp: () => file.currentStamp(),
    close: () => file.close(),
  };
}
