import { window, type TreeView } from 'vscode';
import { Disposable } from '../services/support/disposable.js';
import type { DicomNode } from '../tree/dicomNodes.js';
import { DicomNodesTree } from '../tree/dicomNodesTree.js';
import type { ContextKeys } from './contextKeys.js';
import { contextKeys, views } from './contributions.js';
import type { ListenerDesk } from './listenerDesk.js';
import { ListenerStatusItem } from './listenerStatus.js';
import type { NodeDesk } from './nodeDesk.js';

/** The view DICOM Nodes and the item of the status bar, with the context keys that their menus read. */
export class DicomNodesView extends Disposable {
  readonly tree: DicomNodesTree;
  readonly view: TreeView<DicomNode>;
  readonly status: ListenerStatusItem;

  constructor(
    private readonly listener: ListenerDesk,
    private readonly nodes: NodeDesk,
    private readonly keys: ContextKeys,
  ) {
    super();
    this.tree = this.register(new DicomNodesTree(listener, nodes));
    this.view = this.register(
      window.createTreeView(views.nodes, { treeDataProvider: this.tree, canSelectMany: true }),
    );
    this.status = this.register(new ListenerStatusItem(listener));
    const show = (): void => void this.show();
    this.register(listener.onDidChange(show));
    this.register(nodes.onDidChange(show));
    show();
  }

  private async show(): Promise<void> {
    const { state } = this.listener.view;
    await this.keys.set(contextKeys.listening, state !== 'stopped' && state !== 'failed');
    await this.keys.set(contextKeys.hasNodes, this.nodes.nodes.length > 0);
  }
}
