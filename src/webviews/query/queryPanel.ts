import { ViewColumn, window, type Uri, type WebviewPanel } from 'vscode';
import { toGiftCloudError, type GiftCloudError } from '../../services/support/errors.js';
import { Disposable } from '../../services/support/disposable.js';
import type { RetrievalOrder } from '../../workbench/retrievals.js';
import type { RetrievalState } from '../../workbench/retrievalTexts.js';
import { errorText } from '../../workbench/texts.js';
import { pageOptions } from '../page.js';
import { PageCalls } from '../shared/pageCalls.js';
import type { QueryCalls, QueryTelling, SendingState } from './contract.js';
import { asked } from './fromPage.js';
import { queryPage, queryTitle } from './queryPage.js';
import { QuerySession, type SearchTools } from './querySession.js';

export const queryType = 'giftcloud.query';

export interface QueryPanelTools extends SearchTools {
  /** @throws USAGE when the settings have no such node any more */
  order(node: string, rest: Omit<RetrievalOrder, 'node'>): RetrievalOrder;
  send(order: RetrievalOrder, signal: AbortSignal): AsyncIterable<RetrievalState>;
  testNode(node: string): Promise<string>;
  editNodes(): Promise<void>;
  showTransfers(): Promise<void>;
  /** For a page that was closed meanwhile. */
  sayFailure(error: GiftCloudError): void;
  onDidChangeNodes(listener: () => void): { dispose(): void };
}

/** Query and retrieve, one page at a time. It keeps what was chosen over a restart of the editor, and nothing that was found. */
export class QueryPanel extends Disposable {
  private open: OpenPage | undefined;

  constructor(
    private readonly extension: Uri,
    private readonly tools: QueryPanelTools,
  ) {
    super();
    this.register({ dispose: () => void this.open?.panel.dispose() });
    this.register(tools.onDidChangeNodes(() => this.open?.offerNodes()));
    this.register(
      window.registerWebviewPanelSerializer(queryType, {
        deserializeWebviewPanel: async (panel: WebviewPanel): Promise<void> => {
          panel.webview.options = pageOptions(this.extension);
          this.begin(panel);
        },
      }),
    );
  }

  show(): void {
    if (this.open) this.open.panel.reveal();
    else {
      const options = pageOptions(this.extension);
      this.begin(window.createWebviewPanel(queryType, queryTitle(), ViewColumn.Active, options));
    }
  }

  private begin(panel: WebviewPanel): void {
    const page = new OpenPage(panel, this.tools);
    this.open?.panel.dispose();
    this.open = page;
    panel.onDidDispose(() => {
      page.dispose();
      if (this.open === page) this.open = undefined;
    });
    panel.webview.html = queryPage(panel.webview, this.extension);
  }
}

/** One page with its search and what it sends. */
class OpenPage {
  private readonly session: QuerySession;
  private sending: SendingState | undefined;
  private stopSending: AbortController | undefined;
  private isClosed = false;

  constructor(
    readonly panel: WebviewPanel,
    private readonly tools: QueryPanelTools,
  ) {
    this.session = new QuerySession(tools, (told) => this.tell(told));
    const calls = this.calls();
    panel.webview.onDidReceiveMessage(async (message: unknown) => {
      const reply = await calls.reply(message);
      if (reply && !this.isClosed) void panel.webview.postMessage(reply);
    });
  }

  offerNodes(): void {
    this.tell({ kind: 'setup', setup: this.session.setup() });
  }

  /** What is sent goes on without the page. */
  dispose(): void {
    this.isClosed = true;
    this.session.dispose();
  }

  private calls(): PageCalls<QueryCalls> {
    const { session, tools } = this;
    const { nothing, form, row, rows, node } = asked;
    return new PageCalls<QueryCalls>(
      {
        setup: {
          accepts: nothing,
          run: () => {
            session.tellAgain();
            if (this.sending) this.tell({ kind: 'sending', sending: this.sending });
            return session.setup();
          },
        },
        check: { accepts: form, run: (what) => session.check(what) },
        search: { accepts: form, run: (what) => session.search(what) },
        more: { accepts: nothing, run: () => (session.more(), null) },
        expand: { accepts: row, run: ({ row: id }) => session.expand(id).then(() => null) },
        stop: { accepts: nothing, run: () => (session.stop(), null) },
        send: { accepts: rows, run: ({ rows: ids }) => (void this.send(ids), null) },
        stopSending: { accepts: nothing, run: () => (this.stopSending?.abort(), null) },
        testNode: { accepts: node, run: ({ node: name }) => tools.testNode(name) },
        editNodes: { accepts: nothing, run: () => tools.editNodes().then(() => null) },
        showTransfers: { accepts: nothing, run: () => tools.showTransfers().then(() => null) },
      },
      tools.logger,
    );
  }

  /** One at a time: the page offers no other while it runs. */
  private async send(ids: readonly number[]): Promise<void> {
    const chosen = this.session.chosen(ids);
    if (!chosen || this.stopSending) return;
    const stop = (this.stopSending = new AbortController());
    try {
      const { form, selections } = chosen;
      const order = this.tools.order(form.node, { model: form.model, selections });
      for await (const state of this.tools.send(order, stop.signal))
        this.tellSending({ ...state, running: true });
      this.endSending();
    } catch (thrown) {
      const error = toGiftCloudError(thrown);
      const cancelled = error.code === 'CANCELLED';
      if (!cancelled) this.tools.logger.warn('retrieval failed', { code: error.code });
      this.endSending(cancelled ? undefined : errorText(error));
      if (this.isClosed && !cancelled) this.tools.sayFailure(error);
    } finally {
      this.stopSending = undefined;
    }
  }

  /** The last state stays, with what went wrong. */
  private endSending(failure?: string): void {
    const { text = '', details = [] } = this.sending ?? {};
    if (!this.sending && failure === undefined) return;
    this.tellSending({ text: failure ?? text, details, running: false });
  }

  private tellSending(sending: SendingState): void {
    this.sending = sending;
    this.tell({ kind: 'sending', sending });
  }

  private tell(told: QueryTelling): void {
    // A panel that is gone throws; what is sent would end with it.
    if (!this.isClosed) void this.panel.webview.postMessage({ tell: told });
  }
}
