import type { Refusal } from '../deid/types.js';
import { newFileMeta } from '../deid/stamp.js';
import type { ByteSource } from '../dicom/byteSource.js';
import { firstText } from '../dicom/elements.js';
import { encodeFileMeta } from '../dicom/part10Writer.js';
import { readDicom } from '../dicom/part10Reader.js';
import { tags } from '../dicom/tags.js';
import { GiftCloudError } from '../support/errors.js';
import type { IncomingObject } from './types.js';

/** Preamble, prefix and file meta (PS3.10 7.1) that make a file of a data set as it was sent. */
export function part10Head(object: IncomingObject): Buffer {
  const { sopClassUid, sopInstanceUid, transferSyntax: transferSyntaxUid } = object;
  return encodeFileMeta(newFileMeta({ sopClassUid, sopInstanceUid, transferSyntaxUid }));
}

/** A large object on its way whose frames are all written; its final mark is not. UIDs are identifying. */
export interface CheckRequest {
  readonly path: string;
  /** Bytes of content. */
  readonly size: number;
  readonly announced: Pick<IncomingObject, 'sopClassUid' | 'sopInstanceUid'>;
}

export type CheckOutcome = { readonly status: 'whole' } | Refusal;

/** Checks large objects where that keeps nobody waiting. */
export interface ObjectChecker {
  /** @throws as `checkObject`; INTERNAL (retryable) when it could not be done */
  check(request: CheckRequest): Promise<void>;
}

/**
 * Whether what came is a whole DICOM object, and the one that was announced.
 * @throws DICOM_DAMAGED, CONTENT_NOT_SUPPORTED, NOT_DICOM; SOP_MISMATCH
 */
export function checkObject(
  source: ByteSource,
  { sopClassUid, sopInstanceUid }: CheckRequest['announced'],
): void {
  const { elements } = readDicom(source);
  if (
    firstText(elements, tags.SOPClassUID) === sopClassUid &&
    firstText(elements, tags.SOPInstanceUID) === sopInstanceUid
  ) {
    return;
  }
  throw new GiftCloudError('SOP_MISMATCH', 'An object came that is not the one that was announced.', {
    hint: 'The sender is at fault: look at its configuration, or tell its maker.',
  });
}
