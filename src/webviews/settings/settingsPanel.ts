import { ViewColumn, window, type Uri, type WebviewPanel } from 'vscode';
import { Disposable } from '../../services/support/disposable.js';
import { pageOptions } from '../page.js';
import type { FieldSchema } from './fieldRules.js';
import type { Section } from './sections.js';
import { settingsPage, settingsTitle } from './settingsPage.js';
import { SettingsSession, type SettingsTools } from './settingsSession.js';

/** Type of the panel; a reload of the window brings it back, with the section that was open. */
export const settingsType = 'giftcloud.settings';

interface OpenPage {
  readonly panel: WebviewPanel;
  readonly session: SettingsSession;
}

/** The settings page, one at a time. Not retained when hidden: its session knows what was typed. */
export class SettingsPanel extends Disposable {
  private open: OpenPage | undefined;

  constructor(
    private readonly extension: Uri,
    private readonly schemas: ReadonlyMap<string, FieldSchema>,
    private readonly tools: SettingsTools,
  ) {
    super();
    this.register(
      window.registerWebviewPanelSerializer(settingsType, {
        deserializeWebviewPanel: async (panel) => {
          panel.webview.options = pageOptions(this.extension);
          this.open?.panel.dispose();
          this.bringUp(panel);
        },
      }),
    );
    this.register({ dispose: () => void this.open?.panel.dispose() });
  }

  /** Opens the page or brings it to the front. @param section to show; the one that was open last when absent */
  show(section?: Section): SettingsSession {
    if (this.open) this.open.panel.reveal();
    const options = pageOptions(this.extension);
    const open =
      this.open ??
      this.bringUp(window.createWebviewPanel(settingsType, settingsTitle(), ViewColumn.Active, options));
    if (section) open.session.show(section);
    return open.session;
  }

  /** The page as it was made, for a look at what is in it. */
  get html(): string | undefined {
    return this.open?.panel.webview.html;
  }

  private bringUp(panel: WebviewPanel): OpenPage {
    const { webview } = panel;
    let isClosed = false;
    // A sign-in or an echo may answer after the page was closed.
    const post = (message: unknown): void => {
      if (!isClosed) void webview.postMessage(message);
    };
    const session = new SettingsSession(this.tools, this.schemas, (tell) => post({ tell }));
    const open = (this.open = { panel, session });
    webview.onDidReceiveMessage(async (message: unknown) => {
      const reply = await session.reply(message);
      if (reply) post(reply);
    });
    panel.onDidDispose(() => {
      isClosed = true;
      session.dispose();
      if (this.open === open) this.open = undefined;
    });
    webview.html = settingsPage(webview, this.extension, this.schemas);
    return open;
  }
}
