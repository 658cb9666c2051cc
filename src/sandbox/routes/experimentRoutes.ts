import type { SandboxContext } from '../context.js';
import { empty, notFound, refuse, type Answer } from '../server/answers.js';
import type { Exchange } from '../server/exchange.js';
import { itemAnswer } from '../server/items.js';
import type { Router } from '../server/router.js';
import type { ExperimentRecord } from '../store/model.js';
import { removeExperiment } from '../store/removal.js';
import { experimentTable, matchesFilters } from './experimentTable.js';
import { canDelete, readableExperiment, readableProject, readableSubject, visibleProject } from './lookup.js';
import { putExperiment } from './putExperiment.js';

const IN_SUBJECT = 'projects/:project/subjects/:subject/experiments/:experiment';
const IN_PROJECT = 'projects/:project/experiments/:experiment';

/** Experiments: lists, documents, creation, deletion. */
export function addExperimentRoutes(router: Router, context: SandboxContext): void {
  router.add('GET', 'experiments', (exchange) => listAll(context, exchange));
  router.add('GET', 'projects/:project/experiments', (exchange) => {
    const project = visibleProject(context, exchange);
    if (project === undefined) throw refuse(404, `Unable to identify project ${exchange.param('project')}`);
    if (readableProject(context, exchange) === undefined) {
      throw refuse(403, `Unable to read experiments for Project: ${project.id}`);
    }
    const experiments = context.store.experimentsOfProject.all(project.id);
    return experimentTable(context, exchange, ofType(exchange, experiments));
  });
  router.add('GET', 'projects/:project/subjects/:subject/experiments', (exchange) => {
    if (readableProject(context, exchange) === undefined) {
      throw refuse(404, `Unable to identify project ${exchange.param('project')}`);
    }
    const subject = readableSubject(context, exchange);
    if (subject === undefined) throw notFound();
    const experiments = context.store.experimentsOfSubject.all(subject.id);
    return experimentTable(context, exchange, ofType(exchange, experiments));
  });
  router.addAll('GET', [IN_SUBJECT, IN_PROJECT, 'experiments/:experiment'], (exchange) =>
    getExperiment(context, exchange),
  );
  // Below an experiment of a project without its subject everything is the experiment (observed with scans).
  router.add('GET', `${IN_PROJECT}/*rest`, (exchange) => getExperiment(context, exchange));
  router.addAll('PUT', [IN_SUBJECT, IN_PROJECT, 'experiments/:experiment'], (exchange) =>
    putExperiment(context, exchange),
  );
  router.addAll('DELETE', [IN_SUBJECT, IN_PROJECT, 'experiments/:experiment'], async (exchange) => {
    const experiment = readableExperiment(context, exchange);
    if (experiment === undefined) throw refuse(404, 'Unable to find the specified experiment.');
    if (!canDelete(context, exchange, experiment.project)) {
      throw refuse(403, `User cannot delete experiments for project ${experiment.project}`);
    }
    await removeExperiment(context, experiment);
    return empty();
  });
}

function getExperiment(context: SandboxContext, exchange: Exchange): Answer {
  const experiment = readableExperiment(context, exchange);
  if (experiment !== undefined) {
    return itemAnswer(exchange, context.elements.experimentWithHistory(experiment));
  }
  if (exchange.has('project') && readableProject(context, exchange) === undefined) throw notFound();
  throw refuse(404, 'Unable to find the specified experiment.');
}

const ANY_TYPE = new Set(['xnat:imageSessionData', 'xnat:subjectAssessorData', 'xnat:experimentData']);

function ofType(exchange: Exchange, experiments: readonly ExperimentRecord[]): readonly ExperimentRecord[] {
  const wanted = exchange.query.get('xsiType');
  if (wanted === null || wanted === '' || ANY_TYPE.has(wanted)) return experiments;
  return experiments.filter((experiment) => wanted.split(',').includes(experiment.xsiType));
}

/** Only this list knows value filters (GIFT-Cloud server, observed). */
function listAll(context: SandboxContext, exchange: Exchange): Answer {
  const wanted = exchange.query.get('project');
  const experiments: ExperimentRecord[] = [];
  for (const project of context.store.projects.values()) {
    if (wanted !== null && wanted !== project.id) continue;
    if (!context.access.canRead(exchange.user, exchange.session, project)) continue;
    experiments.push(...context.store.experimentsOfProject.all(project.id));
  }
  const matching = ofType(exchange, experiments).filter((experiment) =>
    matchesFilters(context, exchange, experiment),
  );
  return experimentTable(context, exchange, matching, 'Matching experiments');
}
