import { GiftCloudError } from '../support/errors.js';

/** One row of an XNAT table; every value is a text, missing is empty. */
export class TableRow {
  constructor(
    private readonly row: Readonly<Record<string, unknown>>,
    /** Shared by the rows of a table: projects have tens of thousands, and each upload lists them. */
    private readonly spellings = new Spellings([row]),
  ) {}

  text(key: string): string {
    let text = '';
    for (const name of this.spellings.of(key)) text = textOf(this.row[name]) || text;
    return text;
  }

  /** A whole number, undefined when the server gives none. */
  count(key: string): number | undefined {
    const text = this.text(key);
    return /^\d+$/.test(text) ? Number(text) : undefined;
  }
}

/** Keys come in varying case (`ID`, `id`, `xnat:mrsessiondata/id`): looked up without it. */
class Spellings {
  private readonly known = new Map<string, string[]>();

  constructor(rows: readonly Readonly<Record<string, unknown>>[]) {
    const names = new Set<string>();
    for (const row of rows) for (const name in row) names.add(name);
    for (const name of names) {
      const key = name.toLowerCase();
      this.known.set(key, [...(this.known.get(key) ?? []), name]);
    }
  }

  of(key: string): readonly string[] {
    return this.known.get(key) ?? this.known.get(key.toLowerCase()) ?? [];
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/**
 * Rows of `{"ResultSet":{"Result":[...]}}` (XNAT table).
 * @throws UNEXPECTED_ANSWER for anything else, for instance a login page with status 200.
 */
export function parseTable(body: string): readonly TableRow[] {
  const json = parseJson(body);
  const resultSet = property(json, 'ResultSet');
  const rows = property(resultSet, 'Result');
  if (!Array.isArray(rows)) throw unexpectedAnswer();
  const records = rows.map(asRecord);
  const spellings = new Spellings(records);
  return records.map((row) => new TableRow(row, spellings));
}

/** @throws UNEXPECTED_ANSWER when the text is no JSON. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw unexpectedAnswer();
  }
}

export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  if (value !== null && typeof value === 'object' && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw unexpectedAnswer();
}

function property(value: unknown, name: string): unknown {
  return asRecord(value)[name];
}

export function unexpectedAnswer(): GiftCloudError {
  return new GiftCloudError(
    'UNEXPECTED_ANSWER',
    'The server answered with something else than data, maybe a web page.',
    {
      hint: 'Check the address of the server; a proxy or a login page in between looks like this. Sign in again.',
      retryable: true,
    },
  );
}
