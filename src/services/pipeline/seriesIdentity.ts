import type { SeriesIdentity } from '../deid/clean/cleaned.js';
import type { SourceInstance } from './types.js';

/**
 * What the objects of a series say about their patient, each value once: a name that one of them has must not stand in the
 * description of another. Always of the whole series, so that an object comes out the same when it is made again alone.
 */
export function seriesIdentity(instances: readonly SourceInstance[]): SeriesIdentity {
  const unique = (value: (summary: SourceInstance['summary']) => string | undefined): readonly string[] => [
    ...new Set(instances.map(({ summary }) => value(summary)).filter((text) => text !== undefined)),
  ];
  return {
    names: unique(({ patientName }) => patientName),
    ids: unique(({ patientId }) => patientId),
    birthDates: unique(({ patientBirthDate }) => patientBirthDate),
  };
}
