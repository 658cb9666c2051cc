import type { SandboxContext } from '../context.js';
import { refuse, text, type Answer } from '../server/answers.js';
import type { Exchange } from '../server/exchange.js';
import type { ProjectRecord, SubjectRecord } from '../store/model.js';
import { isPlainLabel, visibleProject } from './lookup.js';
import { CUSTOM_FIELD, SUBJECT_ATTRIBUTES } from './subjectTable.js';

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

/** PUT of a subject: creates or changes it; racing requests end as on the real server. */
export async function putSubject(context: SandboxContext, exchange: Exchange): Promise<Answer> {
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
