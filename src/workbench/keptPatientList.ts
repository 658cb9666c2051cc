import { createHash } from 'node:crypto';
import { l10n, workspace, type Memento } from 'vscode';
import { isInGitRepository } from '../services/patientList/gitFolder.js';
import type { KeptList, ListEvent, ListOutcome } from '../services/patientList/types.js';
import { Disposable } from '../services/support/disposable.js';
import { toGiftCloudError, type GiftCloudError } from '../services/support/errors.js';
import type { Logger } from '../services/support/logger.js';
import { settingNames } from './contributions.js';
import type { Dialogs } from './dialogs.js';
import type { LazyServices } from './lazyServices.js';
import type { ListPassword } from './listPassword.js';
import { openSetting } from './nodeQuestions.js';
import { userText } from './settings.js';
import { errorText } from './texts.js';

/** The patient list of the folder in the settings, kept while this window is open. */
export class KeptPatientList extends Disposable {
  private kept: KeptList | undefined;
  /** Settings and password may change while a question is open: the last change counts. */
  private turn = 0;

  /**
   * @param accepted remembers what a person has answered once.
   * @param setPassword asks for a password.
   */
  constructor(
    private readonly services: LazyServices,
    private readonly password: ListPassword,
    private readonly accepted: Memento,
    private readonly dialogs: Dialogs,
    private readonly logger: Logger,
    private readonly setPassword: () => void,
  ) {
    super();
    this.register(password.onDidChange(() => void this.restart()));
    this.register(
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(settingNames.patientListFolder)) void this.restart();
      }),
    );
    this.register({ dispose: () => this.kept?.dispose() });
  }

  /** Folder of the list as the user wrote it; empty means off. */
  get folder(): string {
    return userText(settingNames.patientListFolder);
  }

  /** Begins anew with what the settings say now. What is wrong is told; never rejects. */
  async restart(): Promise<void> {
    const turn = ++this.turn;
    try {
      await this.stop();
      const { folder } = this;
      if (folder === '') return;
      const { patientLists } = await this.services.get();
      const password = await this.password.read();
      const target = { folder, ...(password !== undefined && { password }) };
      await patientLists.assertTarget(target);
      if (!(await this.mayLieThere(folder)) || turn !== this.turn) return;
      this.kept = patientLists.keep(target, (event) => this.tell(event));
      if (password === undefined) void this.tellPlain(folder);
    } catch (thrown) {
      this.tellFailure(toGiftCloudError(thrown));
    }
  }

  /** Writes now; undefined when no list is kept. Errors: those of `WriteList`. */
  async writeNow(): Promise<ListOutcome | undefined> {
    return this.kept?.writeNow();
  }

  /** Writes what is not written yet. Never rejects. */
  async flush(): Promise<void> {
    await this.kept?.flush();
  }

  /** Asks once for each folder before a list is written into a git repository. */
  async mayLieThere(folder: string): Promise<boolean> {
    if (!(await isInGitRepository(folder)) || this.wasAccepted('git', folder)) return true;
    const write = l10n.t('Write There Anyway');
    const choose = l10n.t('Choose Another Folder');
    const chosen = await this.dialogs.notify(
      'warning',
      l10n.t(
        'The folder of the patient list lies in a git repository: a list that names patients may be committed and pushed. It is not written there unless you say so.',
      ),
      [write, choose],
    );
    if (chosen === choose) await openSetting(settingNames.patientListFolder);
    if (chosen !== write) return false;
    await this.accept('git', folder);
    return true;
  }

  private async stop(): Promise<void> {
    const { kept } = this;
    this.kept = undefined;
    await kept?.flush();
    kept?.dispose();
  }

  private async tellPlain(folder: string): Promise<void> {
    if (this.wasAccepted('plain', folder)) return;
    await this.accept('plain', folder);
    const set = l10n.t('Set Password');
    const text = l10n.t('The patient list is not protected. It names patients: give it a password.');
    if ((await this.dialogs.notify('warning', text, [set])) === set) this.setPassword();
  }

  private tell(event: ListEvent): void {
    if (event.kind === 'failed') {
      this.tellFailure(event.error);
      return;
    }
    const { patients, studies, damaged, setAside } = event;
    this.logger.info('patient list written', { patients, studies, damaged, setAside });
    for (const warning of warningsOf(event)) void this.dialogs.notify('warning', warning, []);
  }

  private tellFailure(error: GiftCloudError): void {
    this.logger.warn('the patient list was not written', { code: error.code });
    const needsPassword = error.code === 'LIST_PASSWORD_NEEDED';
    const actions = needsPassword
      ? new Map([[l10n.t('Set Password'), this.setPassword]])
      : error.code === 'USAGE'
        ? new Map([[l10n.t('Open Settings'), () => void openSetting(settingNames.patientListFolder)]])
        : new Map<string, () => void>();
    const text = l10n.t('The patient list was not written. {0}', errorText(error));
    void this.dialogs.notify('warning', text, [...actions.keys()]).then((chosen) => {
      if (chosen !== undefined) actions.get(chosen)?.();
    });
  }

  private wasAccepted(what: string, folder: string): boolean {
    return this.accepted.get<boolean>(keyOf(what, folder)) === true;
  }

  private async accept(what: string, folder: string): Promise<void> {
    await this.accepted.update(keyOf(what, folder), true);
  }
}

/** What a person should know of a list that was written. */
export function warningsOf({
  damaged,
  setAside,
}: Pick<ListOutcome, 'damaged' | 'setAside'>): readonly string[] {
  return [
    ...(damaged > 0
      ? [l10n.t('Parts of the key file can not be read: patients may be missing in the patient list.')]
      : []),
    ...(setAside
      ? [
          l10n.t(
            'The patient list was changed or made by others: it was kept beside the new one. Two installations need two folders.',
          ),
        ]
      : []),
  ];
}

/** The state of the editor holds no paths. */
function keyOf(what: string, folder: string): string {
  const digest = createHash('sha256').update(folder).digest('hex');
  return `giftcloud.patientList.${what}:${digest.slice(0, 16)}`;
}
