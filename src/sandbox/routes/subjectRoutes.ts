import type { SandboxContext } from '../context.js';
import { empty, notFound, refuse, text, type Answer } from '../server/answers.js';
import { timestamp } from '../server/dates.js';
import type { Exchange } from '../server/exchange.js';
import { itemAnswer } from '../server/items.js';
import type { Router } from '../server/router.js';
import { table, tableHtml, type Row } from '../server/tables.js';
import type { ProjectRecord, SubjectRecord } from '../store/model.js';
import { removeSubject } from '../store/removal.js';
import { canDelete, canEdit, isPlainLabel, readableProject, visibleProject } from './lookup.js';

export const SUBJECT_ATTRIBUTES = ['gender', 'group', 'src', 'dob', 'yob', 'age', 'handedness', 'education'];
const DEFAULT_COLUMNS = ['ID', 'project', 'label', 'insert_date', 'insert_user'];
const SHORTCUTS = new Set([...DEFAULT_COLUMNS, 'last_modified', 'last_modified_user', ...SUBJECT_ATTRIBUTES]);
const CUSTOM_FIELD = /^xnat:subjectData\/fields\/field\[name=([^\]]+)\]\/field$/i;

/** Subjects: lists, documents, creation and its race, renaming, sharing, deletion. */
export function addSubjectRoutes(router: Router, context: SandboxContext): void {
  router.add('GET', 'subjects', (exchange) => listAllSubjects(context, exchange));
  router.add('GET', 'subjects/:subject', (exchange) => {
    const subject = context.store.subjects.get(exchange.param('subject'));
    const project = subject === undefined ? undefined : context.store.projects.get(subject.project);
    if (subject === undefined || project === undefined) throw refuse(404, unknownAlone(exchange));
    if (!context.access.canRead(exchange.user, exchange.session, project)) {
      throw refuse(404, unknownAlone(exchange));
    }
    return itemAnswer(exchange, [context.elements.subject(subject)]);
  });
  router.add('GET', 'projects/:project/subjects', (exchange) => listSubjects(context, exchange));
  router.add('GET', 'projects/:project/subjects/:subject', (exchange) => getSubject(context, exchange));
  router.add('PUT', 'projects/:project/subjects/:subject', (exchange) => putSubject(context, exchange));
  router.add('DELETE', 'projects/:project/subjects/:subject', async (exchange) => {
    const project = readableProject(context, exchange);
    if (project === undefined) throw notFound();
    const subject = context.store.subjectOf(project.id, exchange.param('subject'));
    if (subject === undefined) throw refuse(404, 'Unable to find the specified subject.');
    if (!canDelete(context, exchange, subject.project)) {
      throw refuse(403, `User cannot delete subjects for project ${subject.project}`);
    }
    await removeSubject(context, subject);
    return empty();
  });
  router.add('PUT', 'projects/:project/subjects/:subject/projects/:target', (exchange) =>
    shareSubject(context, exchange),
  );
}

function listSubjects(context: SandboxContext, exchange: Exchange): Answer {
  const project = visibleProject(context, exchange);
  if (project === undefined) throw notFound();
  // A protected project breaks this list for outsiders (GIFT-Cloud server, observed).
  if (!context.access.canRead(exchange.user, exchange.session, project)) throw refuse(500);
  // Value filters, `limit` and `offset` are ignored below a project (GIFT-Cloud server, observed).
  const subjects = context.store.subjectsOfProject.all(project.id);
  return subjectTable(exchange, subjects, project.id);
}

function listAllSubjects(context: SandboxContext, exchange: Exchange): Answer {
  const wanted = exchange.query.get('project');
  const subjects: SubjectRecord[] = [];
  for (const project of context.store.projects.values()) {
    if (wanted !== null && wanted !== project.id) continue;
    if (!context.access.canRead(exchange.user, exchange.session, project)) continue;
    subjects.push(...context.store.subjectsOfProject.all(project.id).filter((s) => s.project === project.id));
  }
  const matching = subjects.filter((subject) =>
    [...exchange.query].every(([key, value]) => {
      if (key === 'project' || !(SHORTCUTS.has(key) || key.startsWith('xnat:'))) return true;
      return likeMatches(value, column(subject, subject.project, key));
    }),
  );
  return subjectTable(exchange, matching, undefined);
}

/** `ABC*` is a prefix, a comma means or. */
export function likeMatches(pattern: string, value: string): boolean {
  return pattern.split(',').some((part) => {
    const source = part.split('*').map((literal) => literal.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${source.join('.*')}$`).test(value);
  });
}

function subjectTable(
  exchange: Exchange,
  subjects: readonly SubjectRecord[],
  project: string | undefined,
): Answer {
  const wanted = exchange.query.get('columns');
  const asked =
    wanted === null || wanted === 'DEFAULT'
      ? DEFAULT_COLUMNS
      : ['ID', ...wanted.split(',').filter((name) => SHORTCUTS.has(name) || name.startsWith('xnat:'))];
  const columns = [...new Set(asked)];
  const rows = subjects.map((subject) => {
    const row: Record<string, string> = { URI: `/data/subjects/${subject.id}` };
    for (const name of columns) row[columnKey(name)] = column(subject, project ?? subject.project, name);
    return row;
  });
  return table(exchange, [...columns.map(columnKey), 'URI'], rows satisfies Row[]);
}

/** A column asked for by its path comes back in lower case (GIFT-Cloud server, observed). */
export function columnKey(name: string): string {
  return name.startsWith('xnat:') ? name.toLowerCase() : name;
}

function column(subject: SubjectRecord, project: string, name: string): string {
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

function unknownAlone(exchange: Exchange): string {
  const name = exchange.param('subject');
  return (
    'Unable to find the specified subject. When searching by subject ID only, you must specify the accession ' +
    'number and not the subject label, which is not unique across the XNAT system. ' +
    `${name} is not a known subject accession ID.`
  );
}

function getSubject(context: SandboxContext, exchange: Exchange): Answer {
  const project = readableProject(context, exchange);
  if (project === undefined) throw refuse(404, unknownAlone(exchange));
  const subject = context.store.subjectOf(project.id, exchange.param('subject'));
  if (subject === undefined) {
    throw refuse(
      404,
      `Unable to find the specified subject. The project ${project.id} does not contain a subject identifiable by the ID or label ${exchange.param('subject')}.`,
    );
  }
  return itemAnswer(exchange, [context.elements.subject(subject)]);
}

interface SubjectChanges {
  readonly attributes: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
}

function changesOf(exchange: Exchange): SubjectChanges {
  const attributes: Record<string, string> = {};
  const fields: Record<string, string> = {};
  for (const [key, value] of exchange.query) {
    const custom = CUSTOM_FIELD.exec(key)?.[1];
    const name = key.replace(/^xnat:subjectData\/(demographics[^/]*\/)?/i, '');
    if (custom !== undefined) fields[custom] = value;
    else if (SUBJECT_ATTRIBUTES.includes(name)) attributes[name] = value;
  }
  return { attributes, fields };
}

async function putSubject(context: SandboxContext, exchange: Exchange): Promise<Answer> {
  const project = visibleProject(context, exchange);
  if (project === undefined)
    throw refuse(422, 'Submitted subject record must include the project attribute.');
  requireCreate(context, exchange, project, 'subjects');
  const label = exchange.param('subject');
  const existing = context.store.subjectOf(project.id, label);
  if (existing !== undefined) return changeSubject(context, exchange, existing, project);
  checkNewLabel(context, label, 'S', 'xnat:subjectData');
  await context.raceWindow();
  const winner = context.store.subjectOf(project.id, label);
  if (winner === undefined) return text(createSubject(context, exchange, project, label).id, 201);
  // The losers of a race: some are told, some answer 200 and write their values over the winner's (observed).
  if (context.store.next('race') % 2 === 1) throw refuse(409, 'Conflict: Duplicate subject label');
  return changeSubject(context, exchange, winner, project);
}

export function requireCreate(
  context: SandboxContext,
  exchange: Exchange,
  project: ProjectRecord,
  what: 'subjects' | 'experiments' | 'sessions',
): void {
  if (context.access.canEdit(exchange.user, exchange.session, project)) return;
  throw refuse(403, `Specified user account has insufficient create privileges for ${what} in this project.`);
}

/** A label that the schema refuses uses up an accession number all the same (GIFT-Cloud server, observed). */
export function checkNewLabel(
  context: SandboxContext,
  label: string,
  letter: 'S' | 'E',
  element: string,
): void {
  if (!isPlainLabel(label)) {
    context.store.nextId(letter);
    throw refuse(500);
  }
  if (label.length > 255) {
    throw refuse(
      400,
      `The content of element '${element}' is not complete. '{"http://nrg.wustl.edu/xnat":label}' Must Be Less Than 255 Characters : Current Length (${label.length})\n`,
    );
  }
}

export function createSubject(
  context: SandboxContext,
  exchange: Exchange,
  project: ProjectRecord,
  label: string,
): SubjectRecord {
  const now = Date.now();
  const subject: SubjectRecord = {
    id: context.store.nextId('S'),
    project: project.id,
    label,
    ...changesOf(exchange),
    shares: [],
    inserted: now,
    insertedBy: exchange.user.login,
    modified: now,
    eventId: context.store.nextEvent(),
  };
  context.store.subjects.put(subject.id, subject);
  return subject;
}

function changeSubject(
  context: SandboxContext,
  exchange: Exchange,
  subject: SubjectRecord,
  project: ProjectRecord,
): Answer {
  const renamed = exchange.query.get('label');
  if (renamed !== null && renamed !== subject.label) {
    if (context.store.subjectByLabel.first(`${project.id} ${renamed}`) !== undefined) {
      throw refuse(409, 'Conflict: Duplicate subject label');
    }
    checkNewLabel(context, renamed, 'S', 'xnat:subjectData');
  }
  const changes = changesOf(exchange);
  const touched = renamed !== null || Object.keys({ ...changes.attributes, ...changes.fields }).length > 0;
  if (touched) {
    context.store.subjects.put(subject.id, {
      ...subject,
      label: renamed ?? subject.label,
      attributes: { ...subject.attributes, ...changes.attributes },
      fields: { ...subject.fields, ...changes.fields },
      modified: Date.now(),
      eventId: context.store.nextEvent(),
    });
  }
  return text(subject.id);
}

function shareSubject(context: SandboxContext, exchange: Exchange): Answer {
  const project = readableProject(context, exchange);
  const subject = project && context.store.subjectOf(project.id, exchange.param('subject'));
  const target = context.store.projects.get(exchange.param('target'));
  if (subject === undefined || target === undefined) throw notFound();
  if (!canEdit(context, exchange, target.id)) throw refuse(403);
  const label = exchange.query.get('label') ?? subject.label;
  if (subject.shares.some((share) => share.project === target.id)) throw refuse(409, 'Already assigned.');
  if (context.store.subjectByLabel.first(`${target.id} ${label}`) !== undefined) {
    throw refuse(409, 'Conflict: Duplicate subject label');
  }
  context.store.subjects.put(subject.id, {
    ...subject,
    shares: [...subject.shares, { project: target.id, label }],
  });
  const row = {
    label: subject.label,
    ID: subject.project,
    Secondary_ID: subject.project,
    Name: subject.project,
  };
  return { status: 200, type: 'text/html', body: tableHtml(Object.keys(row), [row]), chunked: true };
}
