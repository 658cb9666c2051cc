import { EventEmitter, l10n, type Event, type TreeDataProvider, type TreeItem } from 'vscode';
import { Disposable } from '../services/support/disposable.js';
import { listenerSettings } from '../workbench/dicomSettings.js';
import type { ListenerDesk } from '../workbench/listenerDesk.js';
import { spoolText } from '../workbench/listenerTexts.js';
import type { NodeDesk } from '../workbench/nodeDesk.js';
import { ownAddresses } from '../workbench/scannerSetup.js';
import { bytes, counted } from '../workbench/texts.js';
import { dicomNodeItem } from './dicomNodeItem.js';
import { KeptRows } from './keptRows.js';
import { ownNode, remoteRow, type DetailNode, type DicomNode } from './dicomNodes.js';

/** The rows of the view DICOM Nodes: our listener, and the nodes of the settings. Empty until one of them is set up. */
export class DicomNodesTree extends Disposable implements TreeDataProvider<DicomNode> {
  private readonly changed = this.register(new EventEmitter<DicomNode | undefined>());
  readonly onDidChangeTreeData: Event<DicomNode | undefined> = this.changed.event;
  private readonly rows = new KeptRows<DicomNode>();

  constructor(
    private readonly listener: ListenerDesk,
    private readonly nodes: NodeDesk,
  ) {
    super();
    this.register(listener.onDidChange(() => this.update([ownNode])));
    this.register(nodes.onDidChange(() => this.update([])));
  }

  getTreeItem(row: DicomNode): TreeItem {
    return dicomNodeItem(row, this.listener.view);
  }

  getParent(row: DicomNode): DicomNode | undefined {
    return row.kind === 'detail' ? row.parent : undefined;
  }

  async getChildren(parent?: DicomNode): Promise<DicomNode[]> {
    if (parent) return parent.kind === 'own' ? this.details() : [];
    this.rows.take(this.current());
    return this.rows.all;
  }

  private update(always: readonly DicomNode[]): void {
    const redraw = this.rows.take(this.current());
    if (redraw === 'all') this.changed.fire(undefined);
    else for (const row of new Set([...always, ...redraw])) this.changed.fire(row);
  }

  private current(): readonly DicomNode[] {
    const { configured, state } = this.listener.view;
    const rows: DicomNode[] = [
      ...this.nodes.nodes.map((node) => remoteRow(node, this.nodes.result(node.name))),
      ...this.nodes.problems.map((problem): DicomNode => ({
        ...{ kind: 'broken', id: `broken/${problem.index}`, problem },
      })),
    ];
    return rows.length > 0 || configured || state !== 'stopped' ? [ownNode, ...rows] : [];
  }

  private async details(): Promise<DicomNode[]> {
    const settings = listenerSettings();
    const { port, project, allowedCallers, certFile } = settings;
    const listener = this.listener.view.reception?.listener;
    const use = await this.listener.spoolUse();
    const rejected = Object.values(listener?.rejected ?? {}).reduce((sum, count) => sum + count, 0);
    const refused = Object.values(listener?.refused ?? {}).reduce((sum, count) => sum + count, 0);
    const rows: readonly (readonly [label: string, value: string, icon: string])[] = [
      [l10n.t('Address'), ownAddresses(settings).join(', '), 'globe'],
      [l10n.t('Port'), certFile === '' ? String(port) : l10n.t('{0} (TLS)', port), 'plug'],
      [l10n.t('Project'), project === '' ? l10n.t('none yet') : project, 'library'],
      [
        l10n.t('May send'),
        allowedCallers.length === 0 ? l10n.t('all AE titles') : allowedCallers.join(', '),
        'shield',
      ],
      ...(listener && listener.objects > 0
        ? [
            [
              l10n.t('Received'),
              `${counted.instances(listener.objects)}, ${bytes(listener.bytes)}`,
              'inbox',
            ] as const,
          ]
        : []),
      ...(rejected > 0 ? [[l10n.t('Rejected'), counted.associations(rejected), 'error'] as const] : []),
      ...(refused > 0 ? [[l10n.t('Refused'), counted.instances(refused), 'error'] as const] : []),
      ...(use && use.objects > 0 ? [[l10n.t('Not archived yet'), spoolText(use), 'database'] as const] : []),
    ];
    return rows.map(([label, value, icon]): DetailNode => ({
      ...{ kind: 'detail', id: `own/${label}`, parent: ownNode, label, value, icon },
    }));
  }
}
