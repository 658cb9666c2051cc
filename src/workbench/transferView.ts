import { l10n, window, workspace, type TreeView } from 'vscode';
import { isFinished } from '../services/queue/jobRecord.js';
import type { QueuedJob } from '../services/queue/types.js';
import { Disposable } from '../services/support/disposable.js';
import { needsPerson, type TransferNode } from '../tree/transferNodes.js';
import { TransferTree } from '../tree/transferTree.js';
import type { BackgroundTransfers } from './backgroundTransfers.js';
import type { Connection } from './connection.js';
import type { ContextKeys } from './contextKeys.js';
import { contextKeys, views } from './contributions.js';
import { bytes } from './texts.js';
import type { Transfers } from './transfers.js';

/** How often it is looked for jobs of other windows and programs while there are none and somebody looks. */
const lookEveryMs = 2000;

/** The view Transfers with what stands around its rows: badge, progress, speed, and why nothing goes on. */
export class TransferView extends Disposable {
  readonly tree: TransferTree;
  readonly view: TreeView<TransferNode>;
  private endProgress: (() => void) | undefined;

  constructor(
    private readonly transfers: Transfers,
    private readonly background: BackgroundTransfers,
    private readonly connection: Connection,
    private readonly keys: ContextKeys,
  ) {
    super();
    this.tree = this.register(new TransferTree(transfers));
    this.view = this.register(
      window.createTreeView(views.transfers, {
        treeDataProvider: this.tree,
        canSelectMany: true,
        showCollapseAll: true,
      }),
    );
    const show = (): void => void this.show();
    this.register(transfers.onDidChange(show));
    this.register(background.onDidChangeLead(show));
    this.register(connection.onDidChangeSession(show));
    this.register(workspace.onDidGrantWorkspaceTrust(show));
    const look = (): void => {
      if (this.view.visible) void transfers.look();
    };
    const timer = setInterval(look, lookEveryMs);
    this.register({ dispose: () => clearInterval(timer) });
    this.register(this.view.onDidChangeVisibility(look));
    this.register({ dispose: () => this.endProgress?.() });
  }

  private async show(): Promise<void> {
    const { jobs, unreadable } = this.transfers;
    const waiting = jobs.filter(needsPerson).length + unreadable.length;
    this.view.badge =
      waiting === 0
        ? undefined
        : {
            value: waiting,
            tooltip:
              waiting === 1 ? l10n.t('1 transfer needs you') : l10n.t('{0} transfers need you', waiting),
          };
    const speed = jobs.reduce((sum, job) => sum + (job.active ? (job.speed ?? 0) : 0), 0);
    this.view.description = speed > 0 ? l10n.t('{0}/s', bytes(speed)) : '';
    this.showProgress(jobs.some(({ active }) => active));
    const open = jobs.filter(({ state }) => !isFinished(state));
    await this.keys.set(
      contextKeys.transfersGoOn,
      open.some(({ paused }) => !paused),
    );
    await this.keys.set(
      contextKeys.transfersPaused,
      open.some(({ paused }) => paused),
    );
    await this.keys.set(
      contextKeys.transfersDone,
      jobs.some(({ state }) => state === 'archived'),
    );
    this.view.message = await this.whyNot(open);
  }

  /** Why jobs that could go on do not, where a person can do something about it or wonders. */
  private async whyNot(open: readonly QueuedJob[]): Promise<string> {
    if (!open.some(({ active, paused }) => !active && !paused)) return '';
    if (!workspace.isTrusted) return l10n.t('Transfers go on once this workspace is trusted.');
    if (!this.connection.session) return l10n.t('Transfers go on once you are signed in.');
    if (this.background.lead !== undefined) return '';
    const queue = await this.transfers.queue();
    return (await queue.isLed()) ? l10n.t('Another window or program does these transfers.') : '';
  }

  private showProgress(active: boolean): void {
    if (active === (this.endProgress !== undefined)) return;
    if (!active) {
      this.endProgress?.();
      this.endProgress = undefined;
      return;
    }
    const ended = new Promise<void>((done) => (this.endProgress = done));
    void window.withProgress({ location: { viewId: views.transfers } }, () => ended);
  }
}
