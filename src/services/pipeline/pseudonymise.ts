import { pseudonymOf } from '../subjects/pseudonyms.js';
import { GiftCloudError } from '../support/errors.js';
import type { PlannedStudy, SourceStudy } from './types.js';

/**
 * Stage "pseudonymise": the names under which server and program speak about a study. The subject, experiment and scan
 * behind them are looked up or made only when there is something to send: subjects/seriesPlace.ts.
 */
export function pseudonymise(study: SourceStudy): PlannedStudy {
  return { study, pseudonym: hashed(study.patientId), studyUid: hashed(study.studyInstanceUid) };
}

/** The hash of one identifier that grouping has found not to be blank. */
export function hashed(identifier: string): string {
  const hash = pseudonymOf(identifier);
  if (hash === undefined)
    throw new GiftCloudError('INTERNAL', 'A blank identifier reached pseudonymisation.');
  return hash;
}
