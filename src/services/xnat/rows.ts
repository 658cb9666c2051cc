import type { ExperimentRow, FileRow, ResourceRow, ScanRow, SubjectRow } from './archive.js';
import { isWebPage } from './bodies.js';
import { unexpectedAnswer, type TableRow } from './tables.js';

export function subjectRow(row: TableRow): SubjectRow {
  return {
    id: row.text('ID'),
    label: row.text('label') || row.text('ID'),
    insertDate: row.text('insert_date'),
  };
}

export function experimentRow(row: TableRow): ExperimentRow {
  return {
    id: row.text('ID'),
    label: row.text('label') || row.text('ID'),
    xsiType: row.text('xsiType'),
    uid: row.text('UID'),
    date: row.text('date'),
    subjectId: row.text('subject_ID'),
    subjectLabel: row.text('subject_label'),
  };
}

export function scanRow(row: TableRow): ScanRow {
  return {
    id: row.text('ID'),
    xsiType: row.text('xsiType'),
    type: row.text('type'),
    seriesDescription: row.text('series_description'),
    quality: row.text('quality'),
  };
}

export function resourceRow(row: TableRow): ResourceRow {
  return {
    id: row.text('xnat_abstractresource_id'),
    label: row.text('label'),
    format: row.text('format'),
    content: row.text('content'),
    category: row.text('category'),
    scanId: row.text('category') === 'scans' ? row.text('cat_id') : '',
    fileCount: row.count('file_count'),
    fileSize: row.count('file_size'),
  };
}

/** @throws UNEXPECTED_ANSWER for a file without a size: nothing could be checked against it. */
export function fileRow(row: TableRow): FileRow {
  const size = row.count('Size');
  if (size === undefined) throw unexpectedAnswer();
  const digest = row.text('digest').toLowerCase();
  return {
    name: row.text('Name'),
    size,
    uri: row.text('URI'),
    digest: /^[0-9a-f]{32}$/.test(digest) ? digest : undefined,
    resource: row.text('collection'),
    resourceId: row.text('cat_ID'),
  };
}

/**
 * Names that were there before and were not replaced, from the answer to an upload: empty, or `{"duplicates":[...]}` under
 * text/html (observed).
 * @throws UNEXPECTED_ANSWER for a web page, for instance the refusal of a zip form.
 */
export function uploadDuplicates(body: string): readonly string[] {
  if (body.trim() === '') return [];
  if (isWebPage(body)) throw unexpectedAnswer();
  try {
    const { duplicates } = JSON.parse(body) as { duplicates?: unknown };
    return Array.isArray(duplicates)
      ? duplicates.filter((name): name is string => typeof name === 'string')
      : [];
  } catch {
    return [];
  }
}
