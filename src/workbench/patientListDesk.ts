import { join } from 'node:path';
import { l10n } from 'vscode';
import { listName } from '../services/patientList/listName.js';
import type { ImportedEntry } from '../services/patients/importList.js';
import { cancelled } from '../services/support/errors.js';
import type { Dialogs } from './dialogs.js';
import { warningsOf, type KeptPatientList } from './keptPatientList.js';
import type { LazyServices } from './lazyServices.js';
import type { ListPassword } from './listPassword.js';
import { askNewPassphrase } from './newPassphrase.js';
import type { SignIn } from './signIn.js';
import { counted } from './texts.js';

/** The patient list as a person handles it. */
export class PatientListDesk {
  constructor(
    private readonly services: LazyServices,
    private readonly kept: KeptPatientList,
    private readonly password: ListPassword,
    private readonly signIn: SignIn,
    private readonly dialogs: Dialogs,
  ) {}

  /** Writes the list that is kept, or where none is one into a folder that is asked for. */
  async export(): Promise<void> {
    const outcome = (await this.kept.writeNow()) ?? (await this.exportOnce());
    for (const warning of warningsOf(outcome)) void this.dialogs.notify('warning', warning, []);
    const { patients, studies } = outcome;
    void this.dialogs.notify(
      'info',
      l10n.t('The patient list was written: {0}, {1}.', counted.patients(patients), counted.studies(studies)),
      [],
    );
  }

  /** A password for the list; none takes the protection away, after a word on what that means. */
  async setPassword(): Promise<void> {
    const password = await askNewPassphrase(this.dialogs, {
      title: l10n.t('Set Patient List Password'),
      prompt: l10n.t('New password of the patient list; leave it blank for a list without one'),
      mayBeBlank: true,
    });
    if (password === '') return this.removePassword();
    const { patientLists } = await this.services.get();
    // First of all: a password that gets lost must not make a plain list.
    await patientLists.expectPassword(true);
    const isKept = await this.password.write(password);
    await this.kept.restart();
    if (isKept) {
      const text = l10n.t('The patient list is protected from now on.');
      void this.dialogs.notify('info', text, []);
      return;
    }
    void this.dialogs.notify(
      'warning',
      l10n.t(
        'This editor can not keep the password: it is needed again after a restart, and until then the patient list is not written.',
      ),
      [],
    );
  }

  /** Takes over the list that the original client keeps. */
  async import(): Promise<void> {
    const title = l10n.t('Import Patient List');
    const session = await this.signIn.require();
    const file = await this.dialogs.pickFile({ title, action: l10n.t('Import') });
    if (!file) throw cancelled();
    const { patientLists } = await this.services.get();
    const archive = await session.archive();
    const entries: ImportedEntry[] = [];
    await this.dialogs.progress(title, async (report, signal) => {
      for await (const entry of patientLists.import(file.fsPath, archive, signal)) {
        entries.push(entry);
        report({ message: l10n.t('{0} entries', entries.length) });
      }
    });
    await this.tellImported(title, entries);
  }

  private async tellImported(title: string, entries: readonly ImportedEntry[]): Promise<void> {
    const held = entries.filter(({ status }) => status === 'held');
    const added = entries.filter(({ status }) => status === 'added').length;
    const text = l10n.t(
      'Taken over: {0}. Known already: {1}. Not taken: {2}.',
      ...[added, entries.length - added - held.length, held.length],
    );
    if (held.length === 0) {
      void this.dialogs.notify('info', text, []);
      return;
    }
    const show = l10n.t('Show What Was Not Taken');
    if ((await this.dialogs.notify('warning', text, [show])) !== show) return;
    await this.dialogs.pick(
      { title, placeholder: l10n.t('Entries by their place in the list') },
      held.map(({ index, project, reason }) => ({
        label: l10n.t('Entry {0}', index),
        description: project,
        detail: reason ?? '',
        value: index,
      })),
    );
  }

  private async exportOnce() {
    const title = l10n.t('Export Patient List');
    const [folder] =
      (await this.dialogs.pickFolders({ title, action: l10n.t('Export Here'), many: false })) ?? [];
    if (!folder || !(await this.kept.mayLieThere(folder.fsPath))) throw cancelled();
    const { patientLists } = await this.services.get();
    const password = await this.password.read();
    if (password === undefined && !(await this.confirmPlain())) throw cancelled();
    const file = join(folder.fsPath, listName);
    return patientLists.export({ file, ...(password !== undefined && { password }) });
  }

  private confirmPlain(): Promise<boolean> {
    return this.dialogs.confirm({
      severity: 'warning',
      message: l10n.t('Export the patient list without a password?'),
      detail: l10n.t(
        'It names patients, and everybody who gets the file can read it. "Set Patient List Password…" gives it one.',
      ),
      action: l10n.t('Export'),
    });
  }

  private async removePassword(): Promise<void> {
    const sure = await this.dialogs.confirm({
      severity: 'warning',
      message: l10n.t('Keep the patient list without a password?'),
      detail: l10n.t(
        'It names patients, and everybody who may read its folder can read it. A list that is protected already stays as it is: delete it, then it is written anew.',
      ),
      action: l10n.t('Remove Password'),
    });
    if (!sure) throw cancelled();
    const { patientLists } = await this.services.get();
    await this.password.remove();
    await patientLists.expectPassword(false);
    await this.kept.restart();
  }
}
