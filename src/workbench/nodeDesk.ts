import { EventEmitter, l10n, workspace, type Event } from 'vscode';
import { Disposable } from '../services/support/disposable.js';
import { toGiftCloudError } from '../services/support/errors.js';
import { settingNames } from './contributions.js';
import { listenerSettings } from './dicomSettings.js';
import type { Dialogs } from './dialogs.js';
import { verdictOn, type TestResult } from './findings.js';
import type { LazyServices } from './lazyServices.js';
import { askNewNode, changeNode } from './nodeQuestions.js';
import { pacsConnection } from './pacsConnection.js';
import { pacsNodes, removePacsNode, savePacsNode, type PacsNode, type PacsNodeProblem } from './pacsNodes.js';

/** The nodes of the settings, with what their tests said in this window. */
export class NodeDesk extends Disposable {
  private readonly changed = this.register(new EventEmitter<void>());
  readonly onDidChange: Event<void> = this.changed.event;
  private readonly results = new Map<string, TestResult>();

  constructor(
    private readonly services: LazyServices,
    private readonly dialogs: Dialogs,
  ) {
    super();
    this.register(
      workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration(settingNames.pacsNodes)) return;
        // What was said of a node holds for how it was set up then.
        this.results.clear();
        this.changed.fire();
      }),
    );
  }

  get nodes(): readonly PacsNode[] {
    return pacsNodes().nodes;
  }

  get problems(): readonly PacsNodeProblem[] {
    return pacsNodes().problems;
  }

  result(name: string): TestResult | undefined {
    return this.results.get(name);
  }

  /** C-ECHO to nodes, one after the other. */
  async test(names: readonly string[]): Promise<void> {
    for (const node of this.nodes.filter(({ name }) => names.includes(name))) {
      this.note(node.name, { outcome: 'running', text: l10n.t('testing'), hint: '' });
      this.note(node.name, await this.echo(node));
    }
  }

  /** Gives the node that was added, if one was. */
  async add(): Promise<PacsNode | undefined> {
    const node = await askNewNode(this.nodes, this.dialogs);
    if (node) await savePacsNode(node);
    return node;
  }

  async edit(name: string): Promise<void> {
    const node = this.nodes.find((known) => known.name === name);
    if (node === undefined) return;
    const others = this.nodes.filter((known) => known !== node);
    const next = await changeNode(node, others, this.dialogs);
    if (next) await savePacsNode(next, name);
  }

  async remove(names: readonly string[]): Promise<void> {
    const question = {
      severity: 'warning' as const,
      message: names.length === 1 ? l10n.t('Remove this node?') : l10n.t('Remove {0} nodes?', names.length),
      detail: l10n.t('Only the entry in the settings is removed: {0}', names.join(', ')),
      action: l10n.t('Remove'),
    };
    if (!(await this.dialogs.confirm(question))) return;
    for (const name of names) await removePacsNode(name);
  }

  private note(name: string, result: TestResult): void {
    this.results.set(name, result);
    this.changed.fire();
  }

  private async echo(node: PacsNode): Promise<TestResult> {
    try {
      const connection = await pacsConnection(node, listenerSettings().aeTitle);
      const { name, callingAe } = connection;
      return await verdictOn(this.services, { nodes: [{ name, node: connection, callingAe }] });
    } catch (thrown) {
      const { message, hint } = toGiftCloudError(thrown);
      return { outcome: 'bad', text: message, hint };
    }
  }
}
