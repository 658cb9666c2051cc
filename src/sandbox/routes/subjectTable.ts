import type { Answer } from '../server/answers.js';
import { timestamp } from '../server/dates.js';
import type { Exchange } from '../server/exchange.js';
import { table, type Row } from '../server/tables.js';
import type { SubjectRecord } from '../store/model.js';

export const SUBJECT_ATTRIBUTES = ['gender', 'group', 'src', 'dob', 'yob', 'age', 'handedness', 'education'];
const DEFAULT_COLUMNS = ['ID', 'project', 'label', 'insert_date', 'insert_user'];
export const SUBJECT_SHORTCUTS = new Set([
  ...DEFAULT_COLUMNS,
  'last_modified',
  'last_modified_user',
  ...SUBJECT_ATTRIBUTES,
]);
export const CUSTOM_FIELD = /^xnat:subjectData\/fields\/field\[name=([^\]]+)\]\/field$/i;

/** `ABC*` is a prefix, a comma means or. */
export function likeMatches(pattern: string, value: string): boolean {
  return pattern.split(',').some((part) => {
    const source = part.split('*').map((literal) => literal.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${source.join('.*')}$`).test(value);
  });
}

/** A list of subjects with the columns that were asked for; labels are those of `project` where it is given. */
export function subjectTable(
  exchange: Exchange,
  subjects: readonly SubjectRecord[],
  project: string | undefined,
): Answer {
  const wanted = exchange.query.get('columns');
  const asked =
    wanted === null || wanted === 'DEFAULT'
      ? DEFAULT_COLUMNS
      : [
          'ID',
          ...wanted.split(',').filter((name) => SUBJECT_SHORTCUTS.has(name) || name.startsWith('xnat:')),
        ];
  const columns = [...new Set(asked)];
  const rows = subjects.map((subject) => {
    const row: Record<string, string> = { URI: `/data/subjects/${subject.id}` };
    for (const name of columns)
      row[columnKey(name)] = subjectColumn(subject, project ?? subject.project, name);
    return row;
  });
  return table(exchange, [...columns.map(columnKey), 'URI'], rows satisfies Row[]);
}

/** A column asked for by its path comes back in lower case (GIFT-Cloud server, observed). */
export function columnKey(name: string): string {
  return name.startsWith('xnat:') ? name.toLowerCase() : name;
}

export function subjectColumn(subject: SubjectRecord, project: string, name: string): string {
  const custom = CUSTOM_FIELD.exec(name)?.[1];
  if (custom !== undefined) return subject.fields[custom] ?? '';
  switch (name.replace(/^xnat:subjectData\//i, '')) {
    case 'ID':
      return subject.id;
    case 'project':
      return subject.project;
    case 'label':
      return subject.shares.find((share) => share.project === project)?.label ?? subject.label;
    case 'insert_date':
      return timestamp(subject.inserted);
    case 'insert_user':
    case 'last_modified_user':
      return subject.insertedBy;
    case 'last_modified':
      return timestamp(subject.modified);
    default:
      return subject.attributes[name.split('/').at(-1) ?? name] ?? '';
  }
}
