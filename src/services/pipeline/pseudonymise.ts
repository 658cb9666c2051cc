import type { Pseudonymiser } from '../keys/pseudonymiser.js';
import type { OwnStudy } from '../subjects/ownData.js';
import { uidInRows } from '../subjects/pseudonyms.js';
import type { PlannedStudy, SourceStudy } from './types.js';

/**
 * Stage "pseudonymise": the names under which server and program speak about a study. The subject, experiment and scan
 * behind them are looked up or made only when there is something to send: subjects/seriesPlace.ts.
 * @param own what the server proves about a study that was de-identified before.
 */
export function pseudonymise(study: SourceStudy, names: Pseudonymiser, own?: OwnStudy): PlannedStudy {
  const { decided } = study;
  // Without a Patient ID the person is known by the pseudonym alone.
  const patient =
    study.patientId === '' && decided !== undefined ? { issuer: '', patientId: decided } : study;
  const dateOffsetDays = names.dateOffsetDays(patient);
  return {
    study,
    pseudonym: study.decided ?? own?.pseudonym ?? names.pseudonym(study),
    studyUid: plannedUid({ own }, study.studyInstanceUid, names),
    ...(dateOffsetDays !== undefined && { dateOffsetDays }),
    ...(own && { own }),
  };
}

/** The new Study or Series Instance UID in the server's spelling; one that is proved to be ours stays. */
export function plannedUid(
  { own }: { readonly own?: OwnStudy | undefined },
  original: string,
  names: Pick<Pseudonymiser, 'uid'>,
): string {
  return own?.uids.has(original) === true ? uidInRows(original) : names.uid(original);
}
