import type { DataElement, Encoding } from './dataSet.js';
import { DataSetParser } from './dataSetParser.js';
import { unsupported } from './dicomErrors.js';
import { encodeDataSet } from './part10Writer.js';

const elementLimit = 1_000_000;

/** Reads a data set that lies in memory as a whole. Errors: DICOM_DAMAGED, CONTENT_NOT_SUPPORTED. */
export function readDataSetBytes(bytes: Buffer, encoding: Encoding): readonly DataElement[] {
  const source = {
    size: bytes.length,
    read: (position: number, length: number) => bytes.subarray(position, position + length),
    close: () => undefined,
  };
  const limits = { inMemoryLimit: bytes.length, headerLimit: 2 * bytes.length, elementLimit };
  const parser = new DataSetParser(source, limits);
  const elements: DataElement[] = [];
  while (parser.position < bytes.length) elements.push(parser.topLevelElement(encoding));
  return elements;
}

/** A data set as bytes, elements in ascending order of their tags. Errors: CONTENT_NOT_SUPPORTED for what lies in a source. */
export function dataSetBytes(elements: readonly DataElement[], encoding: Encoding): Buffer {
  return Buffer.concat(
    encodeDataSet(elements, encoding).map((segment) => {
      if ('bytes' in segment) return segment.bytes;
      throw unsupported('An element of a data set does not lie in memory.');
    }),
  );
}
