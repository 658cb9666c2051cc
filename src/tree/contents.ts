import type { ArchiveRows } from './archiveRows.js';
import { labelOf, projectOf, subjectOf, type ArchiveNode } from './nodes.js';

/** How many experiments are looked into to offer their scan types; each costs two requests if not yet expanded. */
const enough = 20;

interface ExperimentPlace {
  readonly project: string;
  readonly subject: string;
  readonly experiment: string;
}

/** Scan types and resources found in the chosen rows, to choose from before a download. */
export async function contentsOf(
  nodes: readonly ArchiveNode[],
  rows: ArchiveRows,
): Promise<{ readonly scanTypes: string[]; readonly resources: string[] }> {
  const scanTypes = new Set<string>();
  const resources = new Set<string>();
  const experiments: ExperimentPlace[] = [];
  for (const node of nodes) {
    if (node.kind === 'scan') {
      scanTypes.add(node.row.type === '' ? node.row.id : node.row.type);
      for (const resource of node.resources) resources.add(resource.label);
    } else if (node.kind !== 'resource') experiments.push(...(await experimentsOf(node, rows)));
  }
  const looks = experiments.slice(0, enough).map(async ({ project, subject, experiment }) => {
    const [scans, hanging] = await Promise.all([
      rows.scans(project, subject, experiment),
      rows.resources(project, subject, experiment),
    ]);
    // A scan without a type can be chosen by its ID.
    for (const row of scans) scanTypes.add(row.type === '' ? row.id : row.type);
    for (const row of hanging) resources.add(row.label);
  });
  await Promise.all(looks);
  const named = (names: Set<string>): string[] => [...names].filter((name) => name !== '').sort();
  return { scanTypes: named(scanTypes), resources: named(resources) };
}

async function experimentsOf(node: ArchiveNode, rows: ArchiveRows): Promise<ExperimentPlace[]> {
  const project = projectOf(node).row.id;
  if (node.kind === 'experiment') {
    return [{ project, subject: node.parent.row.id, experiment: node.row.id }];
  }
  const subject = subjectOf(node);
  const subjects = subject ? [subject.row] : await rows.subjects(project);
  const places: ExperimentPlace[] = [];
  for (const row of subjects) {
    for (const experiment of await rows.experiments(project, row)) {
      places.push({ project, subject: row.id, experiment: experiment.id });
    }
    if (places.length >= enough) break;
  }
  return places;
}

/** The chosen rows as the download names them; a row below another chosen row would come twice and is left out. */
export function downloadTargets(nodes: readonly ArchiveNode[]) {
  const chosen = new Set(nodes.map((node) => node.id));
  return nodes.filter((node) => !isBelow(node, chosen)).map(targetOf);
}

function isBelow(node: ArchiveNode, chosen: ReadonlySet<string>): boolean {
  if (node.kind === 'project') return false;
  return chosen.has(node.parent.id) || isBelow(node.parent, chosen);
}

function targetOf(node: ArchiveNode): {
  project: string;
  subject?: string;
  experiment?: string;
  scan?: string;
  resource?: string;
} {
  if (node.kind === 'project') return { project: node.row.id };
  const above = targetOf(node.parent);
  // Labels of resources can repeat.
  return { ...above, [node.kind]: node.kind === 'resource' ? node.row.id || node.row.label : labelOf(node) };
}
