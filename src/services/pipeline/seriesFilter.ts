import { matchesWhole } from '../dicomedit/regex/javaRegex.js';
import { EvaluationFault } from '../dicomedit/run/faults.js';
import { Limits } from '../dicomedit/run/limits.js';
import type { InstanceSummary, Refusal } from '../deid/types.js';
import { GiftCloudError } from '../support/errors.js';
import type { ServerSeriesFilter } from '../xnat/archive.js';

/** Java's flag for lines that match in upper and lower case, as the uploader of GIFT-Cloud matches them. */
const anyCase = '(?i)';

/**
 * The series import filters of site and project, which both have to let an object in. A line is a regular expression of
 * Java for the whole Series Description (0008,103E), empty where there is none; upper and lower case do not matter. A
 * white list keeps what a line matches, a black list everything else (GIFT-Cloud server and uploader).
 */
export class SeriesFilter {
  private readonly filters: readonly ReadFilter[];
  /** By description: series have many objects. */
  private readonly decisions = new Map<string, Refusal | undefined>();

  /** @throws SERIES_FILTER_ERROR for a filter that can't be understood: nobody could say what the site wants kept out. */
  constructor(filters: readonly ServerSeriesFilter[]) {
    this.filters = filters.flatMap(read);
  }

  /** Why an object is left out; undefined when it may come. @throws SERIES_FILTER_ERROR */
  refusal({ seriesDescription = '' }: Pick<InstanceSummary, 'seriesDescription'>): Refusal | undefined {
    if (this.filters.length === 0) return undefined;
    if (!this.decisions.has(seriesDescription)) {
      const refusing = this.filters.find((filter) => !allows(filter, seriesDescription));
      this.decisions.set(seriesDescription, refusing && leftOut(refusing));
    }
    return this.decisions.get(seriesDescription);
  }
}

interface ReadFilter {
  readonly origin: ServerSeriesFilter['origin'];
  readonly keepsMatching: boolean;
  readonly lines: readonly string[];
}

function read({ origin, contents }: ServerSeriesFilter): readonly ReadFilter[] {
  const { enabled, mode, list } = parse(contents, origin);
  if (enabled === false || (typeof enabled === 'string' && enabled.toLowerCase() === 'false')) return [];
  if ((mode !== 'whitelist' && mode !== 'blacklist') || typeof list !== 'string') {
    throw filterError(origin, 'is of a kind that this program does not know');
  }
  const lines = list.split('\n').map((line) => line.trim());
  const filter = { origin, keepsMatching: mode === 'whitelist', lines: lines.filter((line) => line !== '') };
  // A line that can't be read is an error at once, not only for the first series that gets to it.
  for (const line of filter.lines) matches(line, '', origin);
  return [filter];
}

function parse(contents: string, origin: ServerSeriesFilter['origin']): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(contents);
    if (value !== null && typeof value === 'object') return value as Readonly<Record<string, unknown>>;
  } catch {
    // As every other text that is no filter.
  }
  throw filterError(origin, 'can not be read');
}

function allows({ origin, keepsMatching, lines }: ReadFilter, description: string): boolean {
  return lines.some((line) => matches(line, description, origin)) === keepsMatching;
}

function matches(line: string, description: string, origin: ServerSeriesFilter['origin']): boolean {
  try {
    return matchesWhole(`${anyCase}${line}`, description, new Limits());
  } catch (error) {
    if (error instanceof EvaluationFault) throw filterError(origin, 'has a line that can not be matched');
    throw error;
  }
}

function leftOut({ origin }: ReadFilter): Refusal {
  return {
    status: 'skipped',
    code: 'SERIES_FILTERED',
    reason: `The series import filter of the ${origin} leaves this series out.`,
  };
}

function filterError(origin: ServerSeriesFilter['origin'], what: string): GiftCloudError {
  return new GiftCloudError('SERIES_FILTER_ERROR', `The series import filter of the ${origin} ${what}.`, {
    hint: 'Nothing was sent. Ask an administrator of the server to look at its series import filters.',
  });
}
