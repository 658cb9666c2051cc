import { ViewColumn, window, type Uri, type WebviewPanel } from 'vscode';
import type { PreviewRequest } from '../../services/pipeline/preview.js';
import { Disposable } from '../../services/support/disposable.js';
import { pageOptions } from '../page.js';
import { fromPage } from './fromPage.js';
import { previewPage, previewTitle } from './previewPage.js';
import { PreviewSession, type PreviewTools } from './previewSession.js';

/** Type of the panel; nothing brings one back after a restart, because nothing of it is kept. */
export const previewType = 'giftcloud.preview';

/**
 * The preview of de-identification, one at a time. A webview and no document: a document would reach other extensions and
 * the disk. It keeps no state, is not retained when hidden, and loads nothing but its own two files.
 */
export class PreviewPanel extends Disposable {
  private open: { readonly panel: WebviewPanel; readonly session: PreviewSession } | undefined;

  constructor(
    private readonly extension: Uri,
    private readonly tools: PreviewTools,
  ) {
    super();
    this.register({ dispose: () => this.close() });
  }

  /** Shows the inputs in place of what was shown before. Resolves when everything was looked through. */
  async show(request: PreviewRequest): Promise<void> {
    const column = this.open?.panel.viewColumn ?? ViewColumn.Active;
    this.close();
    const panel = window.createWebviewPanel(previewType, previewTitle(), column, pageOptions(this.extension));
    const session = new PreviewSession(
      request,
      this.tools,
      (message) => void panel.webview.postMessage(message),
    );
    this.open = { panel, session };
    panel.webview.onDidReceiveMessage((message: unknown) => {
      const known = fromPage(message);
      if (known) void session.answer(known);
    });
    panel.onDidDispose(() => {
      session.dispose();
      if (this.open?.panel === panel) this.open = undefined;
    });
    panel.webview.html = previewPage(panel.webview, this.extension);
    await session.run();
  }

  /** The page as it was made, for a look at what is in it. */
  get html(): string | undefined {
    return this.open?.panel.webview.html;
  }

  private close(): void {
    this.open?.panel.dispose();
    this.open = undefined;
  }
}
