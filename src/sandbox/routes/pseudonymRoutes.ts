import type { SandboxContext } from '../context.js';
import { escapeXml, notFound, refuse, xml, type Answer } from '../server/answers.js';
import type { Exchange } from '../server/exchange.js';
import { itemsJson, itemXml } from '../server/items.js';
import type { Router } from '../server/router.js';
import { XML_NAMESPACES } from '../server/xmlNamespaces.js';
import { readableProject, visibleProject } from './lookup.js';

/**
 * The GIFT-Cloud extension: pseudonyms of patients, and look-ups of experiments and scans by UID. These two give
 * JSON by default, XML only to `Accept: text/xml` (GIFT-Cloud server, observed).
 */
export function addPseudonymRoutes(router: Router, context: SandboxContext): void {
  router.add('GET', 'projects/:project/pseudonyms/:ppid', (exchange) => {
    const project = readableProject(context, exchange);
    const row = context.store.pseudonymByValue.first(`${project?.id ?? ''} ${exchange.rawParam('ppid')}`);
    const subject = row === undefined ? undefined : context.store.subjects.get(row.subject);
    if (project === undefined || subject === undefined) throw notFound();
    return document(exchange, [context.elements.subject(subject)]);
  });
  router.add('POST', 'projects/:project/subjects/:subject/pseudonyms/:ppid', (exchange) =>
    postPseudonym(context, exchange),
  );
  router.add('GET', 'projects/:project/subjects/:subject/pseudonyms/:ppid', () => {
    throw notFound();
  });
  router.add('GET', 'projects/:project/subjects/:subject/experiments/uids/:uid', (exchange) => {
    const project = readableProject(context, exchange);
    const subject = project && context.store.subjectOf(project.id, exchange.param('subject'));
    if (project === undefined || subject === undefined) throw notFound();
    const uid = exchange.param('uid');
    const experiment = context.store.experimentsOfSubject
      .all(subject.id)
      .find((candidate) => candidate.uid === uid && candidate.project === project.id);
    if (experiment === undefined) throw notFound();
    return document(exchange, context.elements.experimentWithHistory(experiment));
  });
  router.add(
    'GET',
    'projects/:project/subjects/:subject/experiments/:experiment/scans/uids/:uid',
    (exchange) => {
      const project = readableProject(context, exchange);
      const subject = project && context.store.subjectOf(project.id, exchange.param('subject'));
      if (project === undefined || subject === undefined) throw notFound();
      // By label only: the accession ID is not found here (GIFT-Cloud server, observed).
      const experiment = context.store.experimentByLabel.first(
        `${project.id} ${exchange.param('experiment')}`,
      );
      if (experiment?.subject !== subject.id) throw notFound();
      const uid = exchange.param('uid');
      const scans = context.store.scansOfExperiment.all(experiment.id).filter((scan) => scan.uid === uid);
      const scan = scans[0];
      // Two scans of one UID, left by a race, are never found again (GIFT-Cloud server, observed).
      if (scan === undefined || scans.length > 1) throw notFound();
      return document(exchange, [context.elements.scan(scan)]);
    },
  );
}

function document(exchange: Exchange, items: Parameters<typeof itemsJson>[0]): Answer {
  return (exchange.headers['accept'] ?? '').startsWith('text/xml') ? itemXml(items) : itemsJson(items);
}

async function postPseudonym(context: SandboxContext, exchange: Exchange): Promise<Answer> {
  const project = visibleProject(context, exchange);
  if (project === undefined) throw refuse(404, 'Project not found');
  const readable = context.access.canRead(exchange.user, exchange.session, project);
  const subject = context.store.subjectOf(project.id, exchange.param('subject'));
  if (!readable || subject?.project !== project.id) throw refuse(404, 'Subject not found in project');
  const ppid = exchange.rawParam('ppid');
  const key = `${project.id} ${ppid}`;
  if (context.store.pseudonymByValue.first(key) !== undefined) throw refuse(403, 'Provided PPID exists');
  // Reading is enough: collaborators and, in a public project, everybody may do this (observed).
  await context.raceWindow();
  const winner = context.store.pseudonymByValue.first(key);
  if (winner === undefined) return stored(context, context.store.nextId('Pi'), ppid, subject.id, project.id);
  // Of six parallel ones two got 201 with the same row, the later one won, the others 500 (observed).
  const racers = context.store.next(`ppid race ${winner.id}`);
  if (racers === 1) return stored(context, winner.id, ppid, subject.id, project.id);
  throw refuse(
    500,
    racers === 2
      ? `Pseudonym ${ppid} with project ${project.id} already exists`
      : `Unknown error occured when adding new pseudonym to subject ${exchange.param('subject')}`,
  );
}

function stored(context: SandboxContext, id: string, ppid: string, subject: string, project: string): Answer {
  context.store.pseudonyms.put(id, { id, ppid, subject, project });
  return xml(
    `<?xml version="1.0" encoding="UTF-8"?>\n<ext:SubjectPseudonym id="${id}" ppid="${escapeXml(ppid)}" ` +
      `subject="${subject}" project="${escapeXml(project)}" ${XML_NAMESPACES}/>\n`,
    201,
  );
}
