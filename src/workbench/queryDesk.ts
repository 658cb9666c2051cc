import { l10n, workspace } from 'vscode';
import type { QueryEvent, QueryRequest } from '../services/query/types.js';
import { GiftCloudError } from '../services/support/errors.js';
import type { Logger } from '../services/support/logger.js';
import type { QueryPanelTools } from '../webviews/query/queryPanel.js';
import { TermHistory } from '../webviews/query/termHistory.js';
import { settingNames } from './contributions.js';
import { listenerSettings } from './dicomSettings.js';
import type { Dialogs } from './dialogs.js';
import type { LazyServices } from './lazyServices.js';
import type { NodeDesk } from './nodeDesk.js';
import { pacsConnection } from './pacsConnection.js';
import { pacsNodes, type PacsNode } from './pacsNodes.js';
import type { RetrievalOrder, Retrievals } from './retrievals.js';
import type { RetrievalState } from './retrievalTexts.js';
import { errorText } from './texts.js';
import { showTransfers } from './transfers.js';

/** What the page of query and retrieve works with. */
export class QueryDesk implements QueryPanelTools {
  readonly history = new TermHistory();

  constructor(
    private readonly services: LazyServices,
    private readonly retrievals: Retrievals,
    private readonly nodeDesk: NodeDesk,
    private readonly showNodeSettings: () => void,
    private readonly dialogs: Dialogs,
    readonly logger: Logger,
  ) {}

  nodes(): ReturnType<QueryPanelTools['nodes']> {
    return pacsNodes().nodes.map(({ name, aeTitle, host, port }) => ({
      name,
      description: `${aeTitle}@${host}:${port}`,
    }));
  }

  onDidChangeNodes(listener: () => void): { dispose(): void } {
    return workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(settingNames.pacsNodes)) listener();
    });
  }

  confirmEverything(node: string): Promise<boolean> {
    return this.dialogs.confirm({
      severity: 'warning',
      message: l10n.t('Search for everything that {0} has?', node),
      detail: l10n.t(
        'All fields are empty. On a large archive this can take very long, and slows it down for others.',
      ),
      action: l10n.t('Search for Everything'),
    });
  }

  async *search(node: string, request: QueryRequest, signal: AbortSignal): AsyncGenerator<QueryEvent> {
    const services = await this.services.get();
    yield* services.query(await pacsConnection(nodeNamed(node), listenerSettings().aeTitle), request, signal);
  }

  order(node: string, rest: Omit<RetrievalOrder, 'node'>): RetrievalOrder {
    return { node: nodeNamed(node), ...rest };
  }

  send(order: RetrievalOrder, signal: AbortSignal): AsyncIterable<RetrievalState> {
    return this.retrievals.run(order, signal);
  }

  async testNode(name: string): Promise<string> {
    await this.nodeDesk.test([name]);
    const { text, hint } = this.nodeDesk.result(name) ?? { text: '', hint: '' };
    return `${text} ${hint}`.trim();
  }

  async editNodes(): Promise<void> {
    this.showNodeSettings();
  }

  sayFailure(error: GiftCloudError): void {
    void this.dialogs.notify('error', errorText(error), []);
  }

  showTransfers(): Promise<void> {
    return showTransfers();
  }
}

function nodeNamed(name: string): PacsNode {
  const node = pacsNodes().nodes.find((each) => each.name === name);
  if (node) return node;
  throw new GiftCloudError('USAGE', l10n.t('There is no DICOM node of this name any more.'), {
    hint: l10n.t('Choose another one.'),
  });
}
