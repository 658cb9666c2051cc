import type { SandboxContext } from '../context.js';
import { empty, notFound, refuse, text, type Answer } from '../server/answers.js';
import { isoDate } from '../server/dates.js';
import type { Exchange } from '../server/exchange.js';
import { isSessionType } from '../store/elementTypes.js';
import type { ExperimentRecord, SubjectRecord } from '../store/model.js';
import { readableExperiment, readableProject, visibleProject } from './lookup.js';
import { pullHeaders } from './pullHeaders.js';
import { checkNewLabel, createSubject, requireCreate } from './putSubject.js';

const ATTRIBUTES = [
  'date',
  'time',
  'note',
  'modality',
  'operator',
  'session_type',
  'visit_id',
  'dcmPatientId',
];

/**
 * PUT of an experiment: creates it, changes it, or, when its label belongs to another subject of the project,
 * MOVES it to the subject of the path (GIFT-Cloud server, observed).
 */
export async function putExperiment(context: SandboxContext, exchange: Exchange): Promise<Answer> {
  if (!exchange.has('subject')) return changeById(context, exchange);
  const project = visibleProject(context, exchange);
  if (project === undefined) throw notFound();
  const readable = context.access.canRead(exchange.user, exchange.session, project);
  requireCreate(context, exchange, project, readable ? 'experiments' : 'subjects');

  const label = exchange.param('experiment');
  const existing = context.store.experimentOf(project.id, label);
  const subject = context.store.subjectOf(project.id, exchange.param('subject'));
  const uid = exchange.query.get('UID') ?? '';
  if (uid !== '' && subject !== undefined && !context.plainXnat && uidUsed(context, subject, uid)) {
    throw refuse(403, `Provided UID ${uid} already used in project for subject`);
  }
  if (existing !== undefined) return changeExperiment(context, exchange, existing, subject);
  const xsiType = exchange.query.get('xsiType');
  if (xsiType === null) throw refuse(417, 'Need PUT Contents');
  if (!isSessionType(xsiType)) throw unknownElement(xsiType);
  checkNewLabel(context, label, 'E', xsiType);
  // Nothing is checked again after this, so equal UIDs and even equal labels get in (observed).
  await context.raceWindow();
  if (context.store.experimentOf(project.id, label) !== undefined) {
    const turn = context.store.next('race') % 3;
    if (turn === 1) throw refuse(409, 'Conflict: Duplicate experiment label');
    if (turn === 2) throw refuse(500);
  }
  // An unknown subject is created on the way (GIFT-Cloud server, observed).
  const owner =
    context.store.subjectOf(project.id, exchange.param('subject')) ??
    newSubject(context, exchange, project.id);
  const now = Date.now();
  const experiment: ExperimentRecord = {
    id: context.store.nextId('E'),
    project: project.id,
    subject: owner.id,
    label,
    xsiType,
    uid,
    attributes: attributesOf(exchange),
    history: [],
    inserted: now,
    insertedBy: exchange.user.login,
    modified: now,
    eventId: context.store.nextEvent(),
  };
  context.store.experiments.put(experiment.id, experiment);
  return text(experiment.id, 201);
}

export function unknownElement(xsiType: string): Error {
  return refuse(400, `org.nrg.xft.exception.ElementNotFoundException: Element not found: '${xsiType}'`);
}

function newSubject(context: SandboxContext, exchange: Exchange, projectId: string): SubjectRecord {
  const project = context.store.projects.get(projectId);
  if (project === undefined) throw notFound();
  checkNewLabel(context, exchange.param('subject'), 'S', 'xnat:subjectData');
  return createSubject(context, exchange, project, exchange.param('subject'));
}

function uidUsed(context: SandboxContext, subject: SubjectRecord, uid: string): boolean {
  return context.store.experimentsOfSubject.all(subject.id).some((experiment) => experiment.uid === uid);
}

function attributesOf(exchange: Exchange): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [key, value] of exchange.query) {
    const name = key.replace(/^xnat:[A-Za-z0-9]+Data\//, '');
    if (ATTRIBUTES.includes(name)) attributes[name] = name === 'date' ? isoDate(value) : value;
  }
  return attributes;
}

function changeById(context: SandboxContext, exchange: Exchange): Answer {
  const experiment = readableExperiment(context, exchange);
  if (experiment === undefined) {
    const known = exchange.has('project') && readableProject(context, exchange) !== undefined;
    throw known ? refuse(417, 'Need PUT Contents') : notFound();
  }
  const project = context.store.projects.get(experiment.project);
  if (project === undefined) throw notFound();
  requireCreate(context, exchange, project, 'experiments');
  return changeExperiment(context, exchange, experiment, context.store.subjects.get(experiment.subject));
}

function changeExperiment(
  context: SandboxContext,
  exchange: Exchange,
  experiment: ExperimentRecord,
  subject: SubjectRecord | undefined,
): Answer {
  if (exchange.flag('pullDataFromHeaders')) {
    pullHeaders(context, experiment);
    return text(experiment.id);
  }
  const renamed = exchange.query.get('label');
  if (renamed !== null && renamed !== experiment.label) {
    if (context.store.experimentByLabel.first(`${experiment.project} ${renamed}`) !== undefined) {
      throw refuse(409, 'Conflict: Duplicate experiment label');
    }
    checkNewLabel(context, renamed, 'E', experiment.xsiType);
  }
  const owner = subject ?? newSubject(context, exchange, experiment.project);
  const changes = {
    subject: owner.id,
    label: renamed ?? experiment.label,
    uid: exchange.query.get('UID') ?? experiment.uid,
    attributes: { ...experiment.attributes, ...attributesOf(exchange) },
  };
  const same = (Object.keys(changes) as (keyof typeof changes)[]).every(
    (key) => JSON.stringify(changes[key]) === JSON.stringify(experiment[key]),
  );
  if (!same) {
    const now = Date.now();
    const { subject: before, label, uid, modified, eventId } = experiment;
    context.store.experiments.put(experiment.id, {
      ...experiment,
      ...changes,
      history: [
        ...experiment.history,
        { subject: before, label, uid, eventId, started: modified, ended: now },
      ],
      modified: now,
      eventId: context.store.nextEvent(),
    });
  }
  return renamed === null ? text(experiment.id) : empty();
}
