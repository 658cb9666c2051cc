import { verdict, type Finding, type Target } from './finding.js';

/** The finding as people read it: a line for each contestant, with its ratio to the first. */
export function findingText({ title, notes, results, targets }: Finding): string {
  const limit = results[0];
  const rows = results.map((result) => [
    result.name,
    seconds(result.seconds),
    `${seconds(result.fastest)}-${seconds(result.slowest)}`,
    seconds(result.startUp),
    seconds(result.cpu),
    result.peakMb === 0 ? '-' : result.peakMb.toFixed(0),
    limit === undefined || limit.seconds === 0 ? '-' : (result.seconds / limit.seconds).toFixed(2),
  ]);
  const head = ['', 's', 'min-max', 'start-up', 'cpu s', 'peak MB', `x ${limit?.name ?? ''}`];
  return [
    `\n${title}`,
    ...(results.length > 0 ? table([head, ...rows]) : []),
    ...targets.map((target) => `  ${targetText(target)}`),
    ...notes.map((note) => `  (${note})`),
  ].join('\n');
}

/** All targets of a run in one table. */
export function summaryText(findings: readonly Finding[]): string {
  const targets = findings.flatMap((finding) => finding.targets);
  const rows = targets.map((target) => [
    target.what,
    `${target.relation} ${amount(target.limit, target.unit)}`,
    target.measured === undefined ? (target.reason ?? '-') : amount(target.measured, target.unit),
    verdict(target),
  ]);
  const missed = targets.filter((target) => verdict(target) === 'MISSED').length;
  const open = targets.filter((target) => verdict(target) === 'not measured').length;
  return [
    '\nTargets',
    ...table([['', 'target', 'measured', ''], ...rows]),
    `${targets.length - missed - open} met, ${missed} missed, ${open} not measured`,
  ].join('\n');
}

function targetText(target: Target): string {
  const { what, measured, unit, relation, limit, reason } = target;
  const found = measured === undefined ? (reason ?? 'not measured') : amount(measured, unit);
  return `${verdict(target)}: ${what} ${found} (target ${relation} ${amount(limit, unit)})`;
}

function amount(value: number, unit: Target['unit']): string {
  const text = Number.isInteger(value) ? String(value) : value < 10 ? value.toFixed(2) : value.toFixed(1);
  if (unit === '') return `${text} x`;
  return value === 1 && unit === 'requests' ? '1 request' : `${text} ${unit}`;
}

function seconds(value: number): string {
  return value.toFixed(value < 10 ? 3 : 1);
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (known, row) => row.map((cell, column) => Math.max(known[column] ?? 0, cell.length)),
    [],
  );
  return rows.map((row) =>
    `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}`.trimEnd(),
  );
}
