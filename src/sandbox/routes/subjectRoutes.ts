import type { SandboxContext } from '../context.js';
import { empty, notFound, refuse, type Answer } from '../server/answers.js';
import type { Exchange } from '../server/exchange.js';
import { itemAnswer } from '../server/items.js';
import type { Router } from '../server/router.js';
import { tableHtml } from '../server/tables.js';
import type { SubjectRecord } from '../store/model.js';
import { removeSubject } from '../store/removal.js';
import { canDelete, canEdit, readableProject, visibleProject } from './lookup.js';
import { putSubject } from './putSubject.js';
import { likeMatches, subjectColumn, subjectTable, SUBJECT_SHORTCUTS } from './subjectTable.js';

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
  subjects.sort((a, b) => a.inserted - b.inserted);
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
      if (key === 'project' || !(SUBJECT_SHORTCUTS.has(key) || key.startsWith('xnat:'))) return true;
      return likeMatches(value, subjectColumn(subject, subject.project, key));
    }),
  );
  return subjectTable(exchange, matching, undefined);
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
