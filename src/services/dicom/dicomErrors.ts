import { GiftCloudError } from '../support/errors.js';

/** Refusals of the reader. Texts name positions and tags, never values: a value may identify a patient. */

export function damaged(what: string): GiftCloudError {
  return new GiftCloudError('DICOM_DAMAGED', `The file is damaged or not valid DICOM: ${what}.`, {
    hint: 'Fetch the object again from where it came from; GIFT-Cloud never guesses at damaged data.',
  });
}

export function notDicom(): GiftCloudError {
  return new GiftCloudError('NOT_DICOM', 'The file is not a DICOM object.');
}

export function dicomDirectory(): GiftCloudError {
  return new GiftCloudError(
    'DICOMDIR_SKIPPED',
    'The file is a DICOM directory (DICOMDIR); it is an index with patient names and holds no image.',
  );
}

export function unsupported(what: string, hint = ''): GiftCloudError {
  return new GiftCloudError('CONTENT_NOT_SUPPORTED', what, { hint });
}
