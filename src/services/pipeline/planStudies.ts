import { needsDateOffset } from '../deid/profiles/profile.js';
import type { Refusal } from '../deid/types.js';
import { OwnData, type OwnStudy } from '../subjects/ownData.js';
import { GiftCloudError, toGiftCloudError } from '../support/errors.js';
import type { UploadContext } from './context.js';
import { pseudonymise } from './pseudonymise.js';
import { endsTheRun } from './transient.js';
import type { PlannedStudy, SourceStudy } from './types.js';

/**
 * The names of all studies that may be sent; those of which nobody can say whose they are, are settled.
 * Errors: those that end the run.
 */
export async function planStudies(
  studies: readonly SourceStudy[],
  context: UploadContext,
  signal: AbortSignal,
): Promise<readonly PlannedStudy[]> {
  const ownData = new OwnData(context);
  const planned: PlannedStudy[] = [];
  for (const study of studies) {
    try {
      const own = await recognise(study, ownData, context, signal);
      planned.push(pseudonymise(study, context.names, own));
    } catch (thrown) {
      const { code, message: reason } = decided(thrown);
      const status = code === 'PATIENT_AMBIGUOUS' ? 'held' : 'failed';
      settle(study, { status, code, reason }, context);
    }
  }
  return planned;
}

function settle(study: SourceStudy, refusal: Refusal, { ledger }: UploadContext): void {
  for (const instance of study.series.flatMap(({ instances }) => instances)) {
    ledger.settle(instance, refusal);
    ledger.advance(1);
  }
}

function decided(thrown: unknown): GiftCloudError {
  const error = toGiftCloudError(thrown);
  if (endsTheRun(error)) throw error;
  return error;
}

/** Where a study comes from this project and the profile moves dates, nobody could say whether they were moved before. */
async function recognise(
  study: SourceStudy,
  ownData: OwnData,
  { profile }: UploadContext,
  signal: AbortSignal,
): Promise<OwnStudy | undefined> {
  const own = await ownData.recognise(
    {
      patientId: study.patientId,
      patientName: study.series[0]?.instances[0]?.summary.patientName ?? '',
      studyInstanceUid: study.studyInstanceUid,
      seriesInstanceUids: study.series.map(({ seriesInstanceUid }) => seriesInstanceUid),
    },
    signal,
  );
  if (own === undefined || !needsDateOffset(profile)) return own;
  throw new GiftCloudError(
    'PATIENT_AMBIGUOUS',
    'The study was de-identified before, and the profile moves dates: nobody can say whether these were moved already.',
    { hint: 'Upload the original study, or use a profile that moves no dates.' },
  );
}
