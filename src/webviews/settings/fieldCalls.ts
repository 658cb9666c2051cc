import { l10n } from 'vscode';
import { cancelled, GiftCloudError } from '../../services/support/errors.js';
import type { Dialogs } from '../../workbench/dialogs.js';
import { either, isFlag, isNothing, isText, shape } from '../shared/guards.js';
import type { Handlers } from '../shared/pageCalls.js';
import type { FieldsState, SettingsCalls } from './contract.js';
import { pathFields } from './fieldHtml.js';
import { fieldLabels, problemText, type FieldName } from './fieldTexts.js';
import type { SettingsDraft } from './settingsDraft.js';
import type { settingsStore } from './settingsStore.js';

type FieldCalls = Pick<SettingsCalls, 'edit' | 'apply' | 'discard' | 'browse'>;

/** Fields of the form: what is typed is judged at once, kept here, and written when the person says so. */
export class FieldForm {
  constructor(
    private readonly draft: SettingsDraft,
    private readonly store: Pick<typeof settingsStore, 'write' | 'note'>,
    private readonly dialogs: Dialogs,
  ) {}

  readonly handlers: Handlers<FieldCalls> = {
    edit: {
      accepts: shape({ name: isText, value: either(isText, isFlag) }),
      run: ({ name, value }) => {
        this.draft.edit(name, value);
        return this.state;
      },
    },
    apply: { accepts: isNothing, run: () => this.apply() },
    discard: {
      accepts: isNothing,
      run: () => {
        this.draft.discard();
        return this.state;
      },
    },
    browse: { accepts: isText, run: (name) => this.browse(name) },
  };

  get state(): FieldsState {
    const names = this.draft.names;
    const fields = names.map((name) => {
      const { value, problem, changed } = this.draft.field(name);
      return [name, { value, changed, problem: problemText(problem), note: this.store.note(name) }] as const;
    });
    const changed = fields.filter(([, field]) => field.changed);
    return {
      fields: Object.fromEntries(fields),
      changes: changed.length === 0 ? '' : changesText(changed.length),
      canApply: changed.length > 0 && changed.every(([, field]) => field.problem === ''),
      canDiscard: changed.length > 0,
    };
  }

  /** One write for each setting that changed, and none for the others: whoever listens to them is not disturbed. */
  private async apply(): Promise<FieldsState> {
    const wrong = this.draft.names.filter((name) => {
      const { changed, problem } = this.draft.field(name);
      return changed && problem !== undefined;
    });
    if (wrong.length > 0) {
      const labels = wrong.map((name) => fieldLabels()[name as FieldName]).join(', ');
      throw new GiftCloudError('USAGE', l10n.t('Put these right first: {0}.', labels));
    }
    for (const [name, value] of this.draft.changes) {
      await this.store.write(name, value);
    }
    this.draft.discard();
    return this.state;
  }

  private async browse(name: string): Promise<FieldsState> {
    const kind = pathFields.get(name);
    const title = kind && fieldLabels()[name as FieldName];
    if (title === undefined) throw new RangeError('no field with a path');
    const action = l10n.t('Choose');
    const uri =
      kind === 'file'
        ? await this.dialogs.pickFile({ title, action })
        : (await this.dialogs.pickFolders({ title, action, many: false }))?.[0];
    if (!uri) throw cancelled();
    this.draft.edit(name, uri.fsPath);
    return this.state;
  }
}

function changesText(count: number): string {
  return count === 1
    ? l10n.t('1 change is not applied yet.')
    : l10n.t('{0} changes are not applied yet.', count);
}
