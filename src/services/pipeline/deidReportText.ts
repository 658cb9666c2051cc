import type { CountTotals } from '../deid/counts.js';
import type { DeidReport } from './deidReport.js';

const countNames: Readonly<Record<keyof CountTotals, string>> = {
  removed: 'Attributes removed',
  emptied: 'Attributes emptied',
  replaced: 'Attributes replaced by a dummy',
  uidsReplaced: 'Attributes with replaced UIDs',
  datesShifted: 'Dates that were moved',
  blanked: 'Values of patients blanked in texts',
  reported: 'Values of patients that are codes or numbers by chance, and stay',
  privateKept: 'Private elements kept as known to be safe',
  privateRemoved: 'Private elements removed',
  unknownRemoved: 'Unknown elements removed',
  contentReplaced: 'Reports and documents whose content was replaced',
};

/** The report as Markdown, for people and for the file of a study. */
export function deidReportText(report: DeidReport): string {
  const { places, counts, refused, scripts } = report;
  const names = Object.keys(countNames) as (keyof CountTotals)[];
  return [
    '# De-identification report',
    '',
    `- Program: ${cell(report.tool)}`,
    `- Profile: ${cell(report.profile)}`,
    `- Options: ${report.options.length > 0 ? report.options.map(cell).join(', ') : 'none'}`,
    `- Method: ${report.method.map(cell).join('; ')}`,
    `- Table: DICOM PS3.15 ${report.tableEdition}, Table E.1-1`,
    `- Started: ${report.started}`,
    `- Finished: ${report.finished}`,
    `- Objects: ${report.instances}`,
    '',
    '## What was done',
    '',
    ...table(
      ['What', 'Count'],
      names.map((name) => [countNames[name], String(counts[name])]),
    ),
    '',
    '## Where the data is',
    '',
    ...table(
      ['Project', 'Subject', 'Experiment', 'Scan', 'Objects'],
      places.map(({ project, subject, experiment, scan, instances }) => [
        ...[project, subject, experiment, scan],
        String(instances),
      ]),
    ),
    '',
    '## Not sent',
    '',
    ...table(
      ['Files', 'Status', 'Reason'],
      refused.map(({ count, status, reason }) => [String(count), status, reason]),
    ),
    '',
    '## Scripts of the server',
    '',
    ...table(
      ['From', 'SHA-256'],
      scripts.map(({ origin, sha256 }) => [origin, sha256]),
    ),
    '',
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return ['None.'];
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)];
}

/** Labels come from a server: none of them may end a cell, a line or the text. */
function cell(text: string): string {
  return text.replace(/[\\`*_[\]<>|]/g, '\\$&').replace(/\s+/g, ' ');
}
