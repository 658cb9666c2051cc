import { createHash } from 'node:crypto';
import type { Pseudonymiser } from '../keys/pseudonymiser.js';
import { plannedUid } from './pseudonymise.js';
import type { PlannedSeries, PlannedStudy, SourceSeries } from './types.js';

/** A series to send, with its study and its row in the transfer queue. */
export interface SeriesTask {
  readonly plan: PlannedStudy;
  readonly series: SourceSeries;
  readonly row: PlannedSeries;
}

/** All series of a job, in the order of their studies. */
export function plannedSeries(
  plans: readonly PlannedStudy[],
  names: Pick<Pseudonymiser, 'uid'>,
): readonly SeriesTask[] {
  return plans.flatMap((plan, at) =>
    plan.study.series.map((series) => ({
      plan,
      series,
      row: {
        id: idOf(plan.studyUid, plannedUid(plan, series.seriesInstanceUid, names)),
        study: String(at + 1),
        modality: series.modality,
        instances: series.instances.length,
      },
    })),
  );
}

function idOf(...newUids: readonly string[]): string {
  return createHash('sha256').update(newUids.join(' ')).digest('hex').slice(0, 16);
}
