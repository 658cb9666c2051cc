import { createHash } from 'node:crypto';
import type { Refusal } from '../deid/types.js';
import type { SourceInstance } from './types.js';

/** What a person saw and agreed to send, by hashes: nothing else of the same folder is sent when the job goes on later. */
export type Reviewed = ReadonlySet<string>;

/** Held, not left out: whoever put it there wants it to be sent. */
export const notReviewed: Refusal = {
  status: 'held',
  code: 'NOT_REVIEWED',
  reason: 'The file was added or changed after the upload was reviewed.',
};

/**
 * An instance as the review saw it: whose it is, what it is, how large it is. A file that only moved is the same; one that
 * belongs to somebody else by now is not. Hashes of UIDs can be tested by guessing: they are kept sealed.
 */
export function reviewedName({ summary }: SourceInstance): string {
  const { patientId, issuerOfPatientId, patientName, patientBirthDate } = summary;
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid, size } = summary;
  const patient = [patientId, issuerOfPatientId, patientName, patientBirthDate];
  const object = [studyInstanceUid, seriesInstanceUid, sopInstanceUid, size];
  return createHash('sha256')
    .update(JSON.stringify([...patient, ...object]))
    .digest('base64url')
    .slice(0, 22);
}
