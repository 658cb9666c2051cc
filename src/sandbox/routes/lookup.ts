import type { SandboxContext } from '../context.js';
import type { Exchange } from '../server/exchange.js';
import type { ExperimentRecord, ProjectRecord, SubjectRecord } from '../store/model.js';

/** The project of the path as far as the user may know of it. */
export function visibleProject(context: SandboxContext, exchange: Exchange): ProjectRecord | undefined {
  const project = context.store.projects.get(exchange.param('project'));
  if (project === undefined) return undefined;
  return context.access.canSee(exchange.user, exchange.session, project) ? project : undefined;
}

/** The project of the path if its content may be read. */
export function readableProject(context: SandboxContext, exchange: Exchange): ProjectRecord | undefined {
  const project = visibleProject(context, exchange);
  if (project === undefined) return undefined;
  return context.access.canRead(exchange.user, exchange.session, project) ? project : undefined;
}

/** The subject of the path, by label or accession ID, in a project that may be read. */
export function readableSubject(context: SandboxContext, exchange: Exchange): SubjectRecord | undefined {
  const project = readableProject(context, exchange);
  return project === undefined ? undefined : context.store.subjectOf(project.id, exchange.param('subject'));
}

/**
 * The experiment of the path, if it may be read: below a project by label or accession ID, alone by accession ID.
 * A subject in the path must be the experiment's.
 */
export function readableExperiment(
  context: SandboxContext,
  exchange: Exchange,
): ExperimentRecord | undefined {
  const name = exchange.param('experiment');
  if (!exchange.has('project')) {
    const experiment = context.store.experiments.get(name);
    const project = experiment === undefined ? undefined : context.store.projects.get(experiment.project);
    if (project === undefined) return undefined;
    return context.access.canRead(exchange.user, exchange.session, project) ? experiment : undefined;
  }
  const project = readableProject(context, exchange);
  if (project === undefined) return undefined;
  const experiment = context.store.experimentOf(project.id, name);
  if (experiment === undefined || !exchange.has('subject')) return experiment;
  const subject = context.store.subjectOf(project.id, exchange.param('subject'));
  return subject?.id === experiment.subject ? experiment : undefined;
}

export function canEdit(context: SandboxContext, exchange: Exchange, projectId: string): boolean {
  const project = context.store.projects.get(projectId);
  return project !== undefined && context.access.canEdit(exchange.user, exchange.session, project);
}

export function canDelete(context: SandboxContext, exchange: Exchange, projectId: string): boolean {
  const project = context.store.projects.get(projectId);
  return project !== undefined && context.access.canDelete(exchange.user, exchange.session, project);
}

/** Labels of subjects, experiments and scans: everything else breaks the server with 500 (observed). */
export function isPlainLabel(label: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(label);
}
