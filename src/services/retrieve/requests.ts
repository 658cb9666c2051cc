import type { Keys } from '../query/identifier.js';
import { uniqueKey } from '../query/keys.js';
import type { QueryLevel } from '../query/types.js';
import type { Listing, ListedSeries, ListedStudy } from './listing.js';

/** One C-MOVE or C-GET request. */
export interface ObjectRequest {
  readonly level: QueryLevel;
  readonly keys: Keys;
  readonly study: ListedStudy;
  /** Instances that have to come; undefined where the PACS lists none. */
  readonly instances: readonly string[] | undefined;
}

/** UIDs in one request. */
const mostUids = 100;
/** Images that are asked for one by one. */
const mostSingle = 500;

/** The fewest requests that bring everything. */
export function firstRequests({ studies }: Listing): readonly ObjectRequest[] {
  return studies.flatMap((study) => {
    const { keys, whole, series } = study;
    if (whole || series === undefined)
      return [{ level: 'study', keys, study, instances: instancesOf(series) }];
    return series.flatMap((one) => ofSeries(study, one));
  });
}

/** Requests for what did not come: for its series where more was asked for at once, then image by image. */
export function requestsAgain(
  { studies }: Listing,
  missing: ReadonlySet<string>,
  level: 'series' | 'image',
): readonly ObjectRequest[] {
  const requests = studies.flatMap((study) =>
    (study.series ?? []).flatMap((series): readonly ObjectRequest[] => {
      const left = [...(series.instances?.keys() ?? [])].filter((uid) => missing.has(uid));
      if (left.length === 0) return [];
      if (level === 'image') return left.map((uid) => ofImages(study, series, [uid]));
      return study.whole ? [{ level, keys: series.keys, study, instances: left }] : [];
    }),
  );
  return level === 'image' ? requests.slice(0, mostSingle) : requests;
}

/** Instances of all series; undefined as soon as one is not listed. */
export function instancesOf(series: readonly ListedSeries[] | undefined): readonly string[] | undefined {
  if (series === undefined || series.some(({ instances }) => instances === undefined)) return undefined;
  return series.flatMap(({ instances }) => [...(instances?.keys() ?? [])]);
}

function ofSeries(study: ListedStudy, series: ListedSeries): readonly ObjectRequest[] {
  const { keys, whole, instances } = series;
  if (whole || instances === undefined) {
    return [{ level: 'series', keys, study, instances: instances && [...instances.keys()] }];
  }
  const all = [...instances.keys()];
  return Array.from({ length: Math.ceil(all.length / mostUids) }, (_, index) =>
    ofImages(study, series, all.slice(index * mostUids, (index + 1) * mostUids)),
  );
}

function ofImages(study: ListedStudy, { keys }: ListedSeries, uids: readonly string[]): ObjectRequest {
  return {
    level: 'image',
    keys: new Map([...keys, [uniqueKey.image, uids.join('\\')]]),
    study,
    instances: uids,
  };
}
