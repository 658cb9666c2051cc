import { l10n } from 'vscode';
import { cancelled } from '../services/support/errors.js';
import { back, type Dialogs } from './dialogs.js';

const shortest = 8;

/**
 * A passphrase for something new, typed twice and never shown. @throws CANCELLED
 * @param mayBeBlank whether nothing is an answer, too.
 */
export async function askNewPassphrase(
  dialogs: Dialogs,
  { title, prompt, mayBeBlank = false }: { title: string; prompt: string; mayBeBlank?: boolean },
): Promise<string> {
  const passphrase = await dialogs.askText({
    title,
    prompt,
    password: true,
    validate: (value) =>
      value.length >= shortest || (mayBeBlank && value === '')
        ? undefined
        : l10n.t('A passphrase has at least {0} characters.', shortest),
  });
  if (passphrase === undefined || passphrase === back) throw cancelled();
  if (passphrase === '') return passphrase;
  const again = await dialogs.askText({
    title,
    prompt: l10n.t('The same passphrase again'),
    password: true,
    validate: (value) => (value === passphrase ? undefined : l10n.t('This is another passphrase.')),
  });
  if (typeof again !== 'string') throw cancelled();
  return passphrase;
}
