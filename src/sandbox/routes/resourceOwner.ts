import type { SandboxContext } from '../context.js';
import { refuse } from '../server/answers.js';
import type { Exchange } from '../server/exchange.js';
import type {
  ExperimentRecord,
  OwnerKey,
  ProjectRecord,
  ResourceRecord,
  ScanRecord,
} from '../store/model.js';
import { canDelete, canEdit, readableExperiment, readableProject, visibleProject } from './lookup.js';
import { EXPERIMENT_PATHS, SCAN_PATHS } from './scanRoutes.js';

/** Something of the archive that resources hang on. */
export interface ResourceOwner {
  readonly key: OwnerKey;
  readonly project: ProjectRecord;
  readonly level: 'project' | 'subject' | 'experiment' | 'scan';
  readonly experiment?: ExperimentRecord;
  readonly scan?: ScanRecord;
  /** Address by internal IDs, below `/data`. */
  readonly uri: string;
  /** The first folder of entries in a zip. */
  readonly label: string;
}

/** All paths that resources may follow. */
export const OWNER_PATHS = [
  'projects/:project',
  'projects/:project/subjects/:subject',
  ...EXPERIMENT_PATHS,
  ...SCAN_PATHS,
];

/**
 * The owners that a path means, never none: refuses with the server's words. A scan part may be an ID, a type, a
 * comma list, `*` or `ALL`; with `missingScan` set to `none`, unknown scans give an empty list.
 */
export function ownersOf(
  context: SandboxContext,
  exchange: Exchange,
  missingScan: 'refuse' | 'none' = 'refuse',
): ResourceOwner[] {
  const experiment = exchange.has('experiment') ? readableExperiment(context, exchange) : undefined;
  const project = ownerProject(context, exchange, experiment);
  if (!exchange.has('experiment')) return [projectOrSubject(context, exchange, project)];
  if (experiment === undefined) throw refuse(404, 'Unable to identify experiment');
  if (!exchange.has('scan')) return [experimentOwner(project, experiment)];
  const scans = selectScans(context.store.scansOfExperiment.all(experiment.id), exchange.param('scan'));
  if (scans.length === 0 && missingScan === 'refuse') throw refuse(404, 'Unable to identify scan');
  return scans.map((scan) => scanOwner(exchange, project, experiment, scan));
}

function ownerProject(
  context: SandboxContext,
  exchange: Exchange,
  experiment: ExperimentRecord | undefined,
): ProjectRecord {
  if (exchange.has('project')) {
    if (visibleProject(context, exchange) === undefined) throw refuse(404, 'Unable to identify project');
    const project = readableProject(context, exchange);
    if (project === undefined) throw refuse(404, 'Unable to identify subject');
    return project;
  }
  const project = experiment === undefined ? undefined : context.store.projects.get(experiment.project);
  if (project === undefined) throw refuse(404, 'Unable to identify experiment');
  return project;
}

function projectOrSubject(
  context: SandboxContext,
  exchange: Exchange,
  project: ProjectRecord,
): ResourceOwner {
  if (!exchange.has('subject')) {
    const uri = `projects/${project.id}`;
    return { key: `project:${project.id}`, project, level: 'project', uri, label: project.id };
  }
  const subject = context.store.subjectOf(project.id, exchange.param('subject'));
  if (subject === undefined) throw refuse(404, 'Unable to identify subject');
  const uri = `projects/${project.id}/subjects/${subject.id}`;
  return { key: `subject:${subject.id}`, project, level: 'subject', uri, label: subject.label };
}

export function experimentOwner(project: ProjectRecord, experiment: ExperimentRecord): ResourceOwner {
  return {
    key: `experiment:${experiment.id}`,
    project,
    level: 'experiment',
    experiment,
    uri: `experiments/${experiment.id}`,
    label: experiment.label,
  };
}

export function scanOwner(
  exchange: Exchange,
  project: ProjectRecord,
  experiment: ExperimentRecord,
  scan: ScanRecord,
): ResourceOwner {
  // Addresses follow the path that was asked by, with internal IDs (GIFT-Cloud server, observed).
  const whole = exchange.has('subject') && exchange.has('scan');
  const prefix = whole ? `projects/${project.id}/subjects/${experiment.subject}/` : '';
  return {
    key: `scan:${scan.number}`,
    project,
    level: 'scan',
    experiment,
    scan,
    uri: `${prefix}experiments/${experiment.id}/scans/${scan.id}`,
    label: experiment.label,
  };
}

function selectScans(scans: readonly ScanRecord[], selector: string): readonly ScanRecord[] {
  if (selector === 'ALL' || selector === '*') return scans;
  const wanted = selector
    .split(',')
    .map((part) => part.replaceAll('[SLASH]', '/').replaceAll('[COMMA]', ','));
  const byId = scans.filter((scan) => wanted.includes(scan.id));
  if (byId.length > 0 && wanted.length === 1) return byId;
  return scans.filter((scan) => {
    const type = scan.attributes['type'] ?? '';
    return wanted.includes(scan.id) || wanted.includes(type) || (type === '' && wanted.includes('NULL'));
  });
}

/** Resources of a project belong to its owner: a member's file there is answered 200 and not stored (observed). */
export function mayEdit(context: SandboxContext, exchange: Exchange, owner: ResourceOwner): boolean {
  const allowed = owner.level === 'project' ? canDelete : canEdit;
  return allowed(context, exchange, owner.project.id);
}

/** Owners together with their resources that a resource part means: label, number, comma list or all. */
export function resourcesOf(
  context: SandboxContext,
  owners: readonly ResourceOwner[],
  selector: string | undefined,
): { readonly owner: ResourceOwner; readonly resource: ResourceRecord }[] {
  const wanted =
    selector === undefined || selector === '*' || selector === 'ALL' ? undefined : selector.split(',');
  return owners.flatMap((owner) =>
    context.store.resourcesOfOwner
      .all(owner.key)
      .filter(
        ({ label, number }) =>
          wanted === undefined || wanted.includes(label) || wanted.includes(String(number)),
      )
      .map((resource) => ({ owner, resource })),
  );
}
