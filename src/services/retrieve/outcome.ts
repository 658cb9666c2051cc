import type { QueuedJob } from '../queue/types.js';

/** Why objects that the PACS has are not in the archive; no identifiers. */
export interface Difference {
  /** `missing`: they never came. The others are what became of them on the way to the server. */
  readonly status: 'missing' | 'held' | 'failed' | 'skipped' | 'waiting';
  readonly code: string;
  readonly reason: string;
  readonly count: number;
}

/** What became of a retrieval in the end: N of M, and each difference explained. */
export interface RetrieveOutcome {
  /** M. Undefined where the PACS does not tell. */
  readonly expected: number | undefined;
  /** N: lies on the server, read back. */
  readonly archived: number;
  readonly differences: readonly Difference[];
}

/** The outcome as the job of a retrieval tells it; undefined for other jobs, and as long as the retrieval goes on. */
export function retrieveOutcome({ retrieved, totals, refused }: QueuedJob): RetrieveOutcome | undefined {
  if (retrieved === undefined) return undefined;
  const { expected, received, shortfalls } = retrieved;
  const archived = totals.uploaded + totals.present;
  const told: Difference[] = [
    ...shortfalls.map((shortfall) => ({ status: 'missing', ...shortfall }) as const),
    ...refused.flatMap(({ status, ...rest }) =>
      status === 'held' || status === 'failed' || status === 'skipped' ? [{ status, ...rest }] : [],
    ),
  ];
  const accounted = archived + refused.reduce((sum, { count }) => sum + count, 0);
  const waiting: Difference[] =
    received > accounted
      ? [{ status: 'waiting', code: '', reason: 'They wait to be sent.', count: received - accounted }]
      : [];
  return { expected, archived, differences: [...told, ...waiting] };
}
