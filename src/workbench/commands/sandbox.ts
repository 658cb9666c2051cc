import { commands as editorCommands, l10n, Uri, workspace } from 'vscode';
import type { CommandHandler } from '../commands.js';
import { commands } from '../contributions.js';
import type { Dialogs } from '../dialogs.js';
import type { LocalSandbox, RunningSandbox } from '../localSandbox.js';

const samplesName = 'gift-cloud-samples';

/** "Start Local Sandbox": a server with sample studies on this machine, and who may sign in to it. */
export function startSandboxCommand(sandbox: LocalSandbox, dialogs: Dialogs): CommandHandler {
  return async () => {
    const running = await dialogs.busy(l10n.t('Starting the local sandbox'), () => sandbox.start());
    void offer(running, dialogs);
  };
}

/** "Stop Local Sandbox"; its data stays for the next start. */
export function stopSandboxCommand(sandbox: LocalSandbox): CommandHandler {
  return () => sandbox.stop();
}

async function offer({ url, users, samples }: RunningSandbox, dialogs: Dialogs): Promise<void> {
  const user = users.find(({ roles }) => Object.values(roles).includes('owner'));
  if (!user) return;
  const signIn = l10n.t('Sign In');
  const copy = l10n.t('Copy Samples to Workspace');
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const chosen = await dialogs.notify(
    'info',
    l10n.t(
      'The sandbox runs at {0} until this window closes. User: {1}, password: {2}',
      url,
      user.name,
      user.password,
    ),
    samples !== undefined && folder ? [signIn, copy] : [signIn],
  );
  if (chosen === signIn) {
    await editorCommands.executeCommand(commands.signIn, { serverUrl: url, userName: user.name });
  }
  if (chosen === copy && samples !== undefined && folder) {
    await workspace.fs.copy(Uri.file(samples), Uri.joinPath(folder, samplesName), { overwrite: true });
    await offer({ url, users, samples: undefined }, dialogs);
  }
}
