import type { SandboxContext } from '../context.js';
import type { Answer } from '../server/answers.js';
import { timestamp } from '../server/dates.js';
import type { Exchange } from '../server/exchange.js';
import { table } from '../server/tables.js';
import type { ExperimentRecord } from '../store/model.js';
import { scanColumn } from './scanRoutes.js';
import { columnKey, likeMatches } from './subjectTable.js';

const DEFAULT_COLUMNS = ['ID', 'project', 'date', 'xsiType', 'label', 'insert_date'];
/** Columns of imaging sessions only: with one of them the row's key is `session_ID` (observed). */
const SESSION_COLUMNS = new Set([
  'UID',
  'studyInstanceUID',
  'modality',
  'scanner',
  'operator',
  'time',
  'dcmPatientId',
  'dcmPatientName',
  'dcmAccessionNumber',
  'session_type',
  'session_ID',
  'session_label',
]);
const SCAN_PATH = /^xnat:[A-Za-z0-9]+ScanData\//i;
const SHORTCUTS = new Set([
  ...DEFAULT_COLUMNS,
  ...SESSION_COLUMNS,
  'subject_ID',
  'subject_label',
  'subject_project',
  'insert_user',
  'last_modified',
  'note',
  'visit_id',
]);

/** A list of experiments with the columns that were asked for and the ones the server adds on its own. */
export function experimentTable(
  context: SandboxContext,
  exchange: Exchange,
  experiments: readonly ExperimentRecord[],
  title?: string,
): Answer {
  const wanted = exchange.query.get('columns');
  const asked =
    wanted === null || wanted === 'DEFAULT'
      ? DEFAULT_COLUMNS
      : wanted.split(',').filter((name) => SHORTCUTS.has(name) || name.includes('/'));
  const xsiType = exchange.query.get('xsiType') ?? '';
  const specific = xsiType !== '' && xsiType !== 'xnat:imageSessionData';
  const imaging = xsiType === 'xnat:imageSessionData' || asked.some((name) => SESSION_COLUMNS.has(name));
  const idKey = specific
    ? `${xsiType.toLowerCase()}/id`
    : imaging
      ? 'session_ID'
      : 'xnat:subjectassessordata/id';
  const columns = [...new Set([...asked, ...(specific ? [] : ['project', 'xsiType'])])];
  const joined = columns.some((name) => SCAN_PATH.test(name));
  const rows = experiments.flatMap((experiment) =>
    // A column of the scans makes a row of every scan.
    (joined ? context.store.scansOfExperiment.all(experiment.id) : [undefined]).map((scan) => {
      const row: Record<string, string> = {};
      for (const name of columns) {
        row[columnKey(name)] =
          scan !== undefined && SCAN_PATH.test(name)
            ? scanColumn(scan, name)
            : experimentColumn(context, experiment, name);
      }
      row[idKey] = experiment.id;
      row['URI'] = `/data/experiments/${experiment.id}`;
      return row;
    }),
  );
  const keys = [...new Set([...columns.map(columnKey), idKey, 'URI'])];
  return table(exchange, keys, rows, title === undefined ? {} : { title });
}

export function matchesFilters(
  context: SandboxContext,
  exchange: Exchange,
  experiment: ExperimentRecord,
): boolean {
  return [...exchange.query].every(([key, value]) => {
    if (key === 'xsiType' || key === 'project') return true;
    const filter = SHORTCUTS.has(key) || key.startsWith('xnat:');
    return !filter || likeMatches(value, experimentColumn(context, experiment, key));
  });
}

function experimentColumn(context: SandboxContext, experiment: ExperimentRecord, name: string): string {
  const subject = context.store.subjects.get(experiment.subject);
  // Paths are understood in any case: some clients send them in lower case.
  switch (name.replace(/^xnat:[A-Za-z0-9]+Data\//i, '').toLowerCase()) {
    case 'id':
    case 'session_id':
      return experiment.id;
    case 'label':
    case 'session_label':
      return experiment.label;
    case 'project':
      return experiment.project;
    case 'xsitype':
      return experiment.xsiType;
    case 'uid':
    case 'studyinstanceuid':
      return experiment.uid;
    case 'subject_id':
      return experiment.subject;
    case 'subject_label':
      return subject?.label ?? '';
    case 'subject_project':
      return subject?.project ?? '';
    case 'insert_date':
      return timestamp(experiment.inserted);
    case 'insert_user':
      return experiment.insertedBy;
    default:
      return experiment.attributes[name.split('/').at(-1) ?? name] ?? '';
  }
}
