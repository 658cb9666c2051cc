import { EventEmitter, type Event, type TreeDataProvider, type TreeItem } from 'vscode';
import type { QueuedJob, UnreadableJob } from '../services/queue/types.js';
import { Disposable } from '../services/support/disposable.js';
import { transferItem, transferTooltip } from './transferItem.js';
import { KeptRows } from './keptRows.js';
import { transferChildren, transferRows, type TransferNode, type TransferRow } from './transferNodes.js';

export interface TransferSource {
  readonly jobs: readonly QueuedJob[];
  readonly unreadable: readonly UnreadableJob[];
  readonly onDidChange: Event<void>;
}

/** The rows of the view Transfers: jobs > reasons and studies > series. Only rows of jobs that changed are drawn again. */
export class TransferTree extends Disposable implements TreeDataProvider<TransferNode> {
  private readonly changed = this.register(new EventEmitter<TransferNode | undefined>());
  readonly onDidChangeTreeData: Event<TransferNode | undefined> = this.changed.event;
  private readonly rows = new KeptRows<TransferRow>();

  constructor(private readonly source: TransferSource) {
    super();
    this.register(source.onDidChange(() => this.update()));
  }

  getTreeItem(node: TransferNode): TreeItem {
    return transferItem(node);
  }

  resolveTreeItem(item: TreeItem, node: TransferNode): TreeItem {
    item.tooltip = transferTooltip(node);
    return item;
  }

  getParent(node: TransferNode): TransferNode | undefined {
    return 'parent' in node ? node.parent : undefined;
  }

  getChildren(parent?: TransferNode): TransferNode[] {
    if (parent) return [...transferChildren(parent)];
    this.rows.take(this.current());
    return this.rows.all;
  }

  private update(): void {
    const redraw = this.rows.take(this.current());
    if (redraw === 'all') this.changed.fire(undefined);
    else for (const row of redraw) this.changed.fire(row);
  }

  private current(): readonly TransferRow[] {
    return transferRows(this.source.jobs, this.source.unreadable);
  }
}
