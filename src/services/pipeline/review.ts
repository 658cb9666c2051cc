import type { Profile } from '../deid/profiles/profile.js';
import type { Refusal } from '../deid/types.js';
import type { RefusalCount, SourceStudy, UploadReview } from './types.js';

/** What is about to happen, in numbers only: shown before anything is sent. */
export function reviewOf(
  project: string,
  { name: profile }: Profile,
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
    refused: countRefusals(refusals),
  };
}

/** Refusals counted by reason, in the order of their first appearance. */
export function countRefusals(refusals: readonly Refusal[]): readonly RefusalCount[] {
  const counts = new Map<string, RefusalCount>();
  for (const { status, code, reason } of refusals) {
    const key = `${status} ${code} ${reason}`;
    counts.set(key, { status, code, reason, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()];
}
