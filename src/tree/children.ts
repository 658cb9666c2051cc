import type { ResourceRow } from '../services/xnat/archive.js';
import type { ArchiveRows } from './archiveRows.js';
import { projectOf, type ArchiveNode, type ExperimentNode, type ParentNode, type ScanNode } from './nodes.js';

/** The rows below a row, or the projects. */
export async function childrenOf(rows: ArchiveRows, parent: ParentNode | undefined): Promise<ArchiveNode[]> {
  if (!parent) {
    return (await rows.projects()).map((row) => ({ kind: 'project', id: `project/${row.id}`, row }));
  }
  const project = projectOf(parent).row.id;
  switch (parent.kind) {
    case 'project':
      return (await rows.subjects(project)).map((row) => ({
        kind: 'subject',
        id: `subject/${project}/${row.id}`,
        parent,
        row,
      }));
    case 'subject':
      // A shared subject has one id in all its projects: the project keeps the ids of its rows apart.
      return (await rows.experiments(project, parent.row)).map((row) => ({
        kind: 'experiment',
        id: `experiment/${project}/${row.id}`,
        parent,
        row,
      }));
    case 'experiment':
      return experimentChildren(rows, project, parent);
    case 'scan':
      return resourceNodes(parent, parent.resources);
  }
}

async function experimentChildren(
  rows: ArchiveRows,
  project: string,
  parent: ExperimentNode,
): Promise<ArchiveNode[]> {
  const subject = parent.parent.row.id;
  const experiment = parent.row.id;
  const [scans, resources] = await Promise.all([
    rows.scans(project, subject, experiment),
    rows.resources(project, subject, experiment),
  ]);
  const scanIds = new Set(scans.map((scan) => scan.id));
  return [
    ...scans.map((row): ScanNode => ({
      kind: 'scan',
      id: `scan/${project}/${experiment}/${row.id}`,
      parent,
      row,
      resources: resources.filter((resource) => resource.scanId === row.id),
    })),
    ...resourceNodes(
      parent,
      resources.filter((resource) => !scanIds.has(resource.scanId)),
    ),
  ];
}

function resourceNodes(parent: ScanNode | ExperimentNode, resources: readonly ResourceRow[]): ArchiveNode[] {
  return resources.map((row) => ({ kind: 'resource', id: `${parent.id}/resource/${row.id}`, parent, row }));
}
