import { escapeXml, json, xml, type Answer } from './answers.js';
import type { Exchange } from './exchange.js';

export type Row = Readonly<Record<string, string>>;

export interface TableOptions {
  readonly title?: string;
  /** Left out for lists that the server sends without it. */
  readonly totalRecords?: boolean;
  readonly extra?: Readonly<Record<string, string>>;
  /** File lists tell the context path in a `Columns` entry. */
  readonly serverRoot?: string;
}

/** A list in the format that was asked for: JSON unless `format` or `Accept` says otherwise. */
export function table(
  exchange: Exchange,
  columns: readonly string[],
  rows: readonly Row[],
  options: TableOptions = {},
): Answer {
  const sorted = sortRows(exchange, rows);
  switch (wantedFormat(exchange)) {
    case 'csv':
      return { status: 200, type: 'text/csv', body: csv(columns, sorted), chunked: true };
    case 'xml':
      return xml(tableXml(columns, sorted, options));
    case 'html':
      return { status: 200, type: 'text/html', body: tableHtml(columns, sorted), chunked: true };
    default:
      return json(tableJson(columns, sorted, options));
  }
}

/** `format` wins over `Accept`; blank means the default of the route. */
export function wantedFormat(exchange: Exchange): string {
  if (exchange.format !== '') return exchange.format;
  const accept = exchange.headers['accept'] ?? '';
  if (accept.startsWith('text/xml')) return 'xml';
  if (accept.startsWith('text/csv')) return 'csv';
  return '';
}

function sortRows(exchange: Exchange, rows: readonly Row[]): readonly Row[] {
  const key = exchange.query.get('sortBy');
  if (key === null) return rows;
  const direction = exchange.query.get('sortOrder') === 'DESC' ? -1 : 1;
  return [...rows].sort((a, b) => direction * ((a[key] ?? '') < (b[key] ?? '') ? -1 : 1));
}

/** The server's own serialiser, blanks included: `{"ResultSet":{"Result":[..], "totalRecords": "1"}}`. */
function tableJson(columns: readonly string[], rows: readonly Row[], options: TableOptions): string {
  const before =
    options.serverRoot === undefined
      ? ''
      : `"Columns":[{"key":"URI","serverRoot":${JSON.stringify(options.serverRoot)}}],`;
  const after = Object.entries({
    ...options.extra,
    ...(options.totalRecords === false ? {} : { totalRecords: String(rows.length) }),
    ...(options.title === undefined ? {} : { title: options.title }),
  }).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  const tail = after.length === 0 ? '' : `, ${after.join(',')}`;
  const result = rows.map((row) => JSON.stringify(pick(columns, row))).join(',');
  return `{"ResultSet":{${before}"Result":[${result}]${tail}}}`;
}

function pick(columns: readonly string[], row: Row): Row {
  const picked: Record<string, string> = {};
  for (const column of columns) picked[column] = row[column] ?? '';
  return picked;
}

/** Unquoted as version 1.6 writes it; only a value that would break the line is quoted. */
function csv(columns: readonly string[], rows: readonly Row[]): string {
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))];
  return lines.map((line) => `${line.map(csvValue).join(',')}\n`).join('');
}

function csvValue(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function tableXml(columns: readonly string[], rows: readonly Row[], options: TableOptions): string {
  const head = columns.map((column) => `<column>${escapeXml(column)}</column>`).join('');
  const body = rows
    .map((row) => columns.map((column) => `<cell>${escapeXml(row[column] ?? '')}</cell>`).join(''))
    .map((cells) => `<row>${cells}</row>\n`)
    .join('');
  const total = options.totalRecords === false ? '' : ` totalRecords="${rows.length}"`;
  return `<ResultSet${total}><results><columns>${head}</columns>\n<rows>${body}</rows></results></ResultSet>`;
}

export function tableHtml(columns: readonly string[], rows: readonly Row[]): string {
  const head = columns.map((column) => `<th>${escapeXml(column)}</th>`).join('');
  const body = rows
    .map((row) => columns.map((column) => `<td>${escapeXml(row[column] ?? '')}</td>`).join(''))
    .map((cells, index) => `<tr class="x_rs_tr_data ${index % 2 === 0 ? 'odd' : 'even'}">\n${cells}</tr>`)
    .join('\n');
  return (
    '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en"><body>' +
    '<table class="x_rs_t" cellpadding="0" cellspacing="0">\n<thead class="x_rs_thead">\n' +
    `<tr class="x_rs_tr_head">${head}</tr>\n</thead>\n<tbody id="dataRows">\n${body}</tbody>\n</table></body></html>`
  );
}
