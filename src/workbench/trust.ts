import { commands as editorCommands, l10n } from 'vscode';
import { cancelled } from '../services/support/errors.js';
import type { Dialogs } from './dialogs.js';

/** Uploading needs a trusted workspace; browsing and downloading don't. @throws CANCELLED where it is not trusted. */
export async function requireTrust(trusted: boolean, dialogs: Dialogs): Promise<void> {
  if (trusted) return;
  const manage = await dialogs.confirm({
    severity: 'warning',
    message: l10n.t('Uploading needs a trusted workspace.'),
    detail: l10n.t('Trust this workspace first if you know where its files come from, then upload again.'),
    action: l10n.t('Manage Workspace Trust'),
  });
  if (manage) await editorCommands.executeCommand('workbench.trust.manage');
  throw cancelled();
}
