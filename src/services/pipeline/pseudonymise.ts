import type { Pseudonymiser } from '../keys/pseudonymiser.js';
import type { PlannedStudy, SourceStudy } from './types.js';

/**
 * Stage "pseudonymise": the names under which server and program speak about a study. The subject, experiment and scan
 * behind them are looked up or made only when there is something to send: subjects/seriesPlace.ts.
 */
export function pseudonymise(study: SourceStudy, names: Pseudonymiser): PlannedStudy {
  const dateOffsetDays = names.dateOffsetDays(study);
  return {
    study,
    pseudonym: names.pseudonym(study),
    studyUid: names.uid(study.studyInstanceUid),
    ...(dateOffsetDays !== undefined && { dateOffsetDays }),
  };
}
