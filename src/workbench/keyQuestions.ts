import { l10n } from 'vscode';
import type { SchemeName } from '../services/keys/scheme.js';
import { cancelled } from '../services/support/errors.js';
import type { Choice, Dialogs } from './dialogs.js';

/** How patients and UIDs shall be named in an empty project; the key stands first. @throws CANCELLED */
export async function choiceOfScheme(project: string, dialogs: Dialogs): Promise<SchemeName> {
  const question = {
    title: l10n.t('Project {0} Is Empty', project),
    placeholder: l10n.t('How shall patients be named in it?'),
  };
  const choices: readonly Choice<SchemeName>[] = [
    {
      label: l10n.t('Names with a Project Key'),
      description: l10n.t('recommended'),
      detail: l10n.t(
        'Nobody without the key can find out whose data it is by trying patient IDs. An owner of the project sets it up; others need a copy of the key.',
      ),
      value: 'keyed',
    },
    {
      label: l10n.t('Compatible Names'),
      detail: l10n.t(
        'As existing GIFT-Cloud programs name them, without a key: somebody who can guess a patient ID can test the guess.',
      ),
      value: 'gift-cloud',
    },
  ];
  const scheme = await dialogs.pick(question, choices);
  if (scheme === undefined) throw cancelled();
  return scheme;
}
