import assert from 'node:assert/strict';
import type { ByteSource } from '../../src/services/dicom/byteSource.js';
import type { DataElement, DicomObject } from '../../src/services/dicom/dataSet.js';
import { encodeDataSet } from '../../src/services/dicom/part10Writer.js';
import { segmentSource } from '../../src/services/dicom/segmentSource.js';
import { GiftCloudError, type ErrorCode } from '../../src/services/support/errors.js';

/** Runs a call that must be refused and gives the refusal. */
export function refused(action: () => unknown, ...codes: readonly ErrorCode[]): GiftCloudError {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof GiftCloudError, `threw something else: ${String(error)}`);
    assert.ok(codes.length === 0 || codes.includes(error.code), `refused as ${error.code}: ${error.message}`);
    return error;
  }
  return assert.fail(`was accepted instead of refused as ${codes.join(' or ')}`);
}

/** The data set of an object as it would be written; `content` is the source its ranges count in. */
export function written(
  object: DicomObject,
  content: ByteSource,
  elements: readonly DataElement[] = object.elements,
): Buffer {
  const all = segmentSource(encodeDataSet(elements, object.encoding), content);
  return all.read(0, all.size);
}

/** Takes away the remembered bytes of an element and of all in its items, so that the writer must make them again. */
export function forgetBytes(element: DataElement): DataElement {
  const { value } = element;
  if (!element.items) return { ...element, ...(value && { value }) };
  const items = element.items.map((item) => ({ ...item, elements: item.elements.map(forgetBytes) }));
  return { ...element, items };
}
