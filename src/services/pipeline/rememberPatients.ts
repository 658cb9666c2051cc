import type { PatientIdentity } from '../patients/types.js';
import type { UploadContext } from './context.js';
import type { PlannedStudy, SeriesPlace, SourceStudy } from './types.js';

/**
 * Remembers whose study went where, once the server was seen to say so: before its first byte is sent, so that nothing is
 * archived that nobody here could name. Studies that come from the archive have lost their patient already.
 * Errors: KEY_MISSING, DISK_FULL.
 */
export async function rememberPlace(
  { study, pseudonym, studyUid, own }: PlannedStudy,
  { project, subject, experiment }: Omit<SeriesPlace, 'scan'>,
  { patients, archive }: Pick<UploadContext, 'patients' | 'archive'>,
): Promise<void> {
  if (own !== undefined) return;
  await patients.placed({
    ...{ server: archive.serverUrl, project, pseudonym, subject, experiment, studyUid },
    identity: identityOf(study),
    studyDate: firstOf(study, 'studyDate') ?? '',
    accessionNumber: firstOf(study, 'accessionNumber') ?? '',
  });
}

/** Grouping has found that the objects of a study do not contradict each other; not all of them say everything. */
export function identityOf(study: SourceStudy): PatientIdentity {
  return {
    patientName: firstOf(study, 'patientName'),
    patientId: study.patientId,
    issuerOfPatientId: firstOf(study, 'issuerOfPatientId'),
    patientBirthDate: firstOf(study, 'patientBirthDate'),
  };
}

type Said = 'patientName' | 'issuerOfPatientId' | 'patientBirthDate' | 'studyDate' | 'accessionNumber';

function firstOf({ series }: SourceStudy, what: Said): string | undefined {
  for (const { instances } of series) {
    for (const { summary } of instances) if (summary[what] !== undefined) return summary[what];
  }
  return undefined;
}
