import { l10n } from 'vscode';
import { cancelled } from '../../services/support/errors.js';
import type { PreviewPanel } from '../../webviews/preview/previewPanel.js';
import type { CommandHandler } from '../commands.js';
import type { Dialogs } from '../dialogs.js';
import type { LazyServices } from '../lazyServices.js';
import type { Settings } from '../settings.js';
import { chosenUris, localPaths } from './arguments.js';

/** "Preview De-identification": on files and folders of the Explorer; from the palette it asks for folders. */
export function previewCommand(
  preview: PreviewPanel,
  services: LazyServices,
  settings: Settings,
  dialogs: Dialogs,
): CommandHandler {
  return async (...args) => {
    const chosen = chosenUris(args);
    const uris = chosen.length > 0 ? chosen : await dialogs.pickFolders(question());
    if (!uris || uris.length === 0) throw cancelled();
    const inputs = localPaths(uris, l10n.t('Only files and folders of this machine can be previewed.'));
    const profile = await (await services.get()).readProfile(settings.profile);
    await preview.show({ inputs, profile });
  };
}

const question = () => ({
  title: l10n.t('Folders to preview the de-identification of'),
  action: l10n.t('Choose'),
  many: true,
});
