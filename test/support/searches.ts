import { query } from '../../src/services/query/query.js';
import type { PacsConnection, QueryEvent, QueryRequest, QueryRow } from '../../src/services/query/types.js';
import type { BuiltElement } from './dicomBuilder.js';

const root = '1.2.826.0.1.3680043.10.999';
export const pending = 0xff00;

/** An answer at the level of studies. */
export const study = (number: number, more: readonly BuiltElement[] = []): readonly BuiltElement[] => [
  ...more,
  { tag: 0x00100010, vr: 'PN', value: `Name${number}^A` },
  { tag: 0x00100020, vr: 'LO', value: `ID${number}` },
  { tag: 0x0020000d, vr: 'UI', value: `${root}.${number}` },
];

export const byName: QueryRequest = { model: 'study', level: 'study', terms: { patientName: 'Name*' } };

export interface Found {
  readonly rows: readonly QueryRow[];
  readonly done: Extract<QueryEvent, { kind: 'done' }>;
}

/** Reads a search to its end. */
export async function searched(
  node: PacsConnection,
  request: Partial<QueryRequest> = {},
  signal?: AbortSignal,
): Promise<Found> {
  const rows: QueryRow[] = [];
  for await (const event of query(node, { ...byName, ...request }, signal)) {
    if (event.kind === 'rows') rows.push(...event.rows);
    else return { rows, done: event };
  }
  throw new Error('the search has no end');
}
