import type { GiftCloudError } from '../services/support/errors.js';
import type {
  ExperimentRow,
  ProjectRow,
  ResourceRow,
  ScanRow,
  SubjectRow,
} from '../services/xnat/archive.js';

/** Rows of the tree. `id` is made of the server's ids: it stays the same when a label changes or a list grows. */
export interface ProjectNode {
  readonly kind: 'project';
  readonly id: string;
  readonly row: ProjectRow;
}

export interface SubjectNode {
  readonly kind: 'subject';
  readonly id: string;
  readonly parent: ProjectNode;
  readonly row: SubjectRow;
}

export interface ExperimentNode {
  readonly kind: 'experiment';
  readonly id: string;
  readonly parent: SubjectNode;
  readonly row: ExperimentRow;
}

export interface ScanNode {
  readonly kind: 'scan';
  readonly id: string;
  readonly parent: ExperimentNode;
  readonly row: ScanRow;
  readonly resources: readonly ResourceRow[];
}

export interface ResourceNode {
  readonly kind: 'resource';
  readonly id: string;
  readonly parent: ScanNode | ExperimentNode;
  readonly row: ResourceRow;
}

export interface LoadMoreNode {
  readonly kind: 'loadMore';
  readonly id: string;
  readonly parent: ParentNode | undefined;
  readonly shown: number;
  readonly total: number;
}

/** What could not be listed, in the place where it would be. */
export interface ProblemNode {
  readonly kind: 'problem';
  readonly id: string;
  readonly parent: ParentNode | undefined;
  readonly error: GiftCloudError;
}

export type ArchiveNode = ProjectNode | SubjectNode | ExperimentNode | ScanNode | ResourceNode;
export type ParentNode = ProjectNode | SubjectNode | ExperimentNode | ScanNode;
export type Node = ArchiveNode | LoadMoreNode | ProblemNode;

export function parentOf(node: Node): ParentNode | undefined {
  return node.kind === 'project' ? undefined : node.parent;
}

export function isArchiveNode(node: Node): node is ArchiveNode {
  return node.kind !== 'loadMore' && node.kind !== 'problem';
}

export function projectOf(node: ArchiveNode): ProjectNode {
  return node.kind === 'project' ? node : projectOf(node.parent);
}

/** The subject that a row lies in; undefined for a project. */
export function subjectOf(node: ArchiveNode): SubjectNode | undefined {
  if (node.kind === 'project') return undefined;
  return node.kind === 'subject' ? node : subjectOf(node.parent);
}

/** The server's own label of a row. */
export function labelOf(node: ArchiveNode): string {
  if (node.kind === 'project' || node.kind === 'scan') return node.row.id;
  return node.row.label === '' ? node.row.id : node.row.label;
}

/** Commands get rows from the editor as anything. */
export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'kind' in value && 'id' in value;
}
