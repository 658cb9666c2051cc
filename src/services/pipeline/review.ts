import type { ErrorCode } from '../support/errors.js';
import type { Refusal, ProfileName } from '../deid/types.js';
import type { SourceStudy, UploadReview } from './types.js';

/** What is about to happen, in numbers only: shown before anything is sent. */
export function reviewOf(
  project: string,
  profile: ProfileName,
  studies: readonly SourceStudy[],
  refusals: readonly Refusal[],
): UploadReview {
  const series = studies.flatMap((study) => study.series);
  const instances = series.flatMap((one) => one.instances);
  return {
    project,
    profile,
    patients: new Set(studies.map((study) => study.patientId)).size,
    studies: studies.length,
    series: series.length,
    instances: instances.length,
    bytes: instances.reduce((sum, { summary }) => sum + summary.size, 0),
    refused: counted(refusals),
  };
}

function counted(refusals: readonly Refusal[]): UploadReview['refused'] {
  const counts = new Map<
    string,
    { status: Refusal['status']; code: ErrorCode; reason: string; count: number }
  >();
  for (const { status, code, reason } of refusals) {
    const key = `${status} ${code} ${reason}`;
    const known = counts.get(key);
    if (known) known.count++;
    else counts.set(key, { status, code, reason, count: 1 });
  }
  return [...counts.values()];
}
