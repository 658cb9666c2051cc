import { GiftCloudError } from '../support/errors.js';

/** One row of an XNAT table; every value is a text, missing is empty. */
export class TableRow {
  private readonly values = new Map<string, string>();

  constructor(row: Readonly<Record<string, unknown>>) {
    // Keys come in varying case (`ID`, `id`, `xnat:mrsessiondata/id`): looked up without it.
    for (const [key, value] of Object.entries(row)) {
      const text =
        typeof value === 'string'
          ? value
          : typeof value === 'number' || typeof value === 'boolean'
            ? String(value)
            : '';
      const name = key.toLowerCase();
      if (text !== '' || !this.values.has(name)) this.values.set(name, text);
    }
  }

  text(key: string): string {
    return this.values.get(key.toLowerCase()) ?? '';
  }

  /** A whole number, undefined when the server gives none. */
  count(key: string): number | undefined {
    const text = this.text(key);
    return /^\d+$/.test(text) ? Number(text) : undefined;
  }
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
  return rows.map((row) => new TableRow(asRecord(row)));
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
