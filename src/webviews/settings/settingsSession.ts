import { l10n, workspace, type Memento } from 'vscode';
import { Disposable } from '../../services/support/disposable.js';
import type { Logger } from '../../services/support/logger.js';
import { settingNames } from '../../workbench/contributions.js';
import type { Dialogs } from '../../workbench/dialogs.js';
import { listenerSettings } from '../../workbench/dicomSettings.js';
import { listenerText } from '../../workbench/listenerTexts.js';
import type { Reply } from '../shared/contract.js';
import { isNothing } from '../shared/guards.js';
import { PageCalls } from '../shared/pageCalls.js';
import { AccountForm, type AccountTools } from './accountCalls.js';
import type { PageState, SettingsCalls, ToldSettings } from './contract.js';
import { DeidWords } from './deidCalls.js';
import { Diagnosis, type DiagnosisTools } from './diagnosis.js';
import { diagnosisHandlers } from './diagnosisCalls.js';
import { FieldForm } from './fieldCalls.js';
import type { FieldSchema } from './fieldRules.js';
import { nodeRows, NodeTable } from './nodeCalls.js';
import type { Section } from './sections.js';
import { patientListHandlers, type PatientListTools } from './patientListCalls.js';
import { SettingsDraft } from './settingsDraft.js';
import { settingsStore } from './settingsStore.js';

export interface SettingsTools extends AccountTools, DiagnosisTools, PatientListTools {
  readonly dialogs: Dialogs;
  readonly logger: Logger;
  readonly state: Memento;
}

const understoodKey = 'giftcloud.disclaimerUnderstood';

/**
 * One open settings page. What was typed lives here, in memory: the page itself may be hidden and thrown away at any time, and is
 * told everything again when it comes back. A password only passes through.
 */
export class SettingsSession extends Disposable {
  private readonly form: FieldForm;
  private readonly account: AccountForm;
  private readonly diagnosis: Diagnosis;
  private wanted: Section | undefined;
  private readonly calls: PageCalls<SettingsCalls>;

  constructor(
    private readonly tools: SettingsTools,
    schemas: ReadonlyMap<string, FieldSchema>,
    private readonly tell: (told: ToldSettings) => void,
  ) {
    super();
    const { dialogs, services, connection, listener, logger } = tools;
    const draft = new SettingsDraft(schemas, settingsStore.read);
    this.form = new FieldForm(draft, settingsStore, dialogs);
    this.account = new AccountForm(tools, () => tell({ kind: 'account', account: this.account.state }));
    this.diagnosis = new Diagnosis(tools, () => this.tellDiagnosis());
    this.calls = new PageCalls<SettingsCalls>(
      {
        ready: { accepts: isNothing, run: () => this.state },
        understood: { accepts: isNothing, run: () => this.understand() },
        ...this.form.handlers,
        ...this.account.handlers,
        ...new DeidWords(draft, services, connection).handlers,
        ...new NodeTable(dialogs).handlers,
        ...patientListHandlers(tools),
        ...diagnosisHandlers(this.diagnosis, draft),
      },
      logger,
    );
    this.register(connection.onDidChangeSession(() => void this.account.update()));
    this.register(
      workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration('giftcloud')) return;
        tell({ kind: 'fields', fields: this.form.state });
        if (event.affectsConfiguration(settingNames.pacsNodes)) tell({ kind: 'nodes', nodes: nodeRows() });
      }),
    );
    this.register({ dispose: () => this.diagnosis.stop() });
    void connection.restored.then(() => this.account.update());
    this.register(listener.onDidChange(() => tell({ kind: 'listener', text: this.listener })));
  }

  /** The reply to what the page said, if it was a question. */
  reply(message: unknown): Promise<Reply | undefined> {
    return this.calls.reply(message);
  }

  /** Also before the page is there: it hears of it then. */
  show(section: Section): void {
    this.wanted = section;
    this.tell({ kind: 'section', section });
  }

  diagnose(): Promise<void> {
    return this.diagnosis.run();
  }

  private get state(): PageState {
    const section = this.wanted;
    this.wanted = undefined;
    return {
      ...(section && { section }),
      fields: this.form.state,
      account: this.account.state,
      nodes: nodeRows(),
      listener: this.listener,
      diagnosis: this.diagnosis.lines,
      diagnosing: this.diagnosis.running,
      disclaimer: this.tools.state.get(understoodKey) !== true,
    };
  }

  private async understand(): Promise<null> {
    await this.tools.state.update(understoodKey, true);
    return null;
  }

  private get listener(): string {
    return l10n.t('Listener: {0}', listenerText(this.tools.listener.view, listenerSettings().port));
  }

  private tellDiagnosis(): void {
    this.tell({ kind: 'diagnosis', lines: this.diagnosis.lines, running: this.diagnosis.running });
  }
}
