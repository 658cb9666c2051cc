import { EventEmitter, type Event, type TreeDataProvider, type TreeItem } from 'vscode';
import { Disposable } from '../services/support/disposable.js';
import { toGiftCloudError, type GiftCloudError } from '../services/support/errors.js';
import type { Archive, SubjectRow } from '../services/xnat/archive.js';
import { ArchiveRows } from './archiveRows.js';
import { childrenOf } from './children.js';
import { contentsOf } from './contents.js';
import { nodeItem, nodeTooltip } from './nodeItem.js';
import {
  isArchiveNode,
  labelOf,
  parentOf,
  projectOf,
  type ArchiveNode,
  type Node,
  type ParentNode,
  type SubjectNode,
} from './nodes.js';

/** What the tree shows: the archive of the session, or nothing while nobody is signed in. */
export interface ArchiveSource {
  /** Settled once it is known whether somebody is signed in. */
  readonly ready: Promise<void>;
  archive(): Promise<Archive> | undefined;
}

export interface ArchiveTreeOptions {
  pageSize(): number;
  /** Called with the number of projects whenever the top of the tree was listed. */
  onProjects(count: number): void;
  onFailure(error: GiftCloudError): Promise<void>;
}

/** Key of the projects' level among the levels that are paged. */
const top = '';

/** The sidebar's tree: lazy, one request a level, pages of `giftcloud.tree.pageSize`, failures as rows with Retry. */
export class ArchiveTree extends Disposable implements TreeDataProvider<Node> {
  private readonly changed = this.register(new EventEmitter<Node | undefined>());
  readonly onDidChangeTreeData: Event<Node | undefined> = this.changed.event;

  private readonly rows: ArchiveRows;
  /** The row objects that the editor holds: it knows a row by its object, not by its id. */
  private readonly shown = new Map<string, Node>();
  private readonly limits = new Map<string, number>();

  constructor(
    private readonly source: ArchiveSource,
    private readonly options: ArchiveTreeOptions,
  ) {
    super();
    this.rows = new ArchiveRows(() => source.archive() ?? Promise.reject(new Error('signed out')));
  }

  getTreeItem(node: Node): TreeItem {
    return nodeItem(node);
  }

  resolveTreeItem(item: TreeItem, node: Node): TreeItem {
    item.tooltip = nodeTooltip(node);
    return item;
  }

  getParent(node: Node): Node | undefined {
    return parentOf(node);
  }

  async getChildren(parent?: Node): Promise<Node[]> {
    await this.source.ready;
    if (!this.source.archive()) return [];
    if (parent && (!isArchiveNode(parent) || parent.kind === 'resource')) return [];
    return (await this.load(parent)).map((child) => this.keep(child));
  }

  /** Starts with the first page of everything: another account, or another size of pages. */
  reset(): void {
    this.limits.clear();
    this.refresh();
  }

  /** Forgets what is listed at and below a row, or everything, and shows it anew. */
  refresh(node?: Node): void {
    const target = node && !isArchiveNode(node) ? parentOf(node) : node;
    if (!target) {
      this.rows.forgetAll();
      this.shown.clear();
      this.changed.fire(undefined);
      return;
    }
    const project = projectOf(target).row.id;
    if (target.kind === 'project') this.rows.forgetProject(project);
    else if (target.kind === 'subject') this.rows.forgetExperiments(project);
    else if (target.kind === 'experiment') this.rows.forgetScans(project, target.row.id);
    else if (target.kind === 'scan') this.rows.forgetScans(project, target.parent.row.id);
    // A row knows its own counts from the list above it.
    this.changed.fire(target.kind === 'scan' || target.kind === 'resource' ? target.parent : target);
  }

  loadMore(node: Node): void {
    if (node.kind !== 'loadMore') return;
    this.limits.set(node.parent?.id ?? top, node.shown + this.options.pageSize());
    this.changed.fire(node.parent);
  }

  /** An upload wrote below this subject, perhaps a new one: shows it without a refresh by hand. */
  async subjectChanged(projectId: string, subjectLabel: string): Promise<SubjectNode | undefined> {
    const project = this.shown.get(projectNodeId(projectId));
    if (project?.kind !== 'project') return undefined;
    this.rows.forgetExperiments(projectId);
    const known = await this.findSubject(projectId, subjectLabel);
    if (known) {
      this.changed.fire(known);
      return known;
    }
    this.rows.forgetProject(projectId);
    const created = await this.findSubject(projectId, subjectLabel);
    this.changed.fire(project);
    return created;
  }

  /** The row of a subject, with the page that holds it made large enough. */
  async findSubject(projectId: string, subjectLabel: string): Promise<SubjectNode | undefined> {
    const project = (await this.getChildren()).find(
      (node) => node.kind === 'project' && node.row.id === projectId,
    );
    if (project?.kind !== 'project') return undefined;
    const index = (await this.rows.subjects(projectId)).findIndex((row) => row.label === subjectLabel);
    if (index < 0) return undefined;
    const size = this.options.pageSize();
    const needed = Math.ceil((index + 1) / size) * size;
    if (needed > this.limit(project)) {
      this.limits.set(project.id, needed);
      this.changed.fire(project);
    }
    const children = await this.getChildren(project);
    return children.find(
      (node): node is SubjectNode => node.kind === 'subject' && labelOf(node) === subjectLabel,
    );
  }

  /** One object a row for as long as the row lives, so that changes reach the object that the editor holds. */
  private keep(node: Node): Node {
    const known = this.shown.get(node.id);
    if (known?.kind === node.kind) return Object.assign(known, node);
    this.shown.set(node.id, node);
    return node;
  }

  /** Subjects of a project, for finding one by its label. */
  subjects(project: string): Promise<readonly SubjectRow[]> {
    return this.rows.subjects(project);
  }

  /** What the chosen rows hold, to choose from before a download. */
  contents(nodes: readonly ArchiveNode[]): ReturnType<typeof contentsOf> {
    return contentsOf(nodes, this.rows);
  }

  private limit(parent: ParentNode | undefined): number {
    return this.limits.get(parent?.id ?? top) ?? this.options.pageSize();
  }

  private async load(parent: ParentNode | undefined): Promise<Node[]> {
    try {
      const all = await childrenOf(this.rows, parent);
      if (!parent) this.options.onProjects(all.length);
      const limit = this.limit(parent);
      if (all.length <= limit) return all;
      const id = `more/${parent?.id ?? top}`;
      return [...all.slice(0, limit), { kind: 'loadMore', id, parent, shown: limit, total: all.length }];
    } catch (thrown) {
      const error = toGiftCloudError(thrown);
      await this.options.onFailure(error);
      return [{ kind: 'problem', id: `problem/${parent?.id ?? top}`, parent, error }];
    }
  }
}

export function projectNodeId(project: string): string {
  return `project/${project}`;
}
