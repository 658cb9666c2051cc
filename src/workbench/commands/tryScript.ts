import { l10n, window } from 'vscode';
import { cancelled, GiftCloudError } from '../../services/support/errors.js';
import type { PreviewPanel } from '../../webviews/preview/previewPanel.js';
import type { CommandHandler } from '../commands.js';
import type { Dialogs } from '../dialogs.js';
import { scriptLanguage } from '../scripts/scriptLanguage.js';
import type { LazyServices } from '../lazyServices.js';
import type { Settings } from '../settings.js';
import { localPaths } from './arguments.js';

/**
 * "Try Script on DICOM File…": the script as it stands in the editor, saved or not, then the profile, as before an upload;
 * what comes of the file is shown and written nowhere.
 */
export function tryScriptCommand(
  preview: PreviewPanel,
  services: LazyServices,
  settings: Settings,
  dialogs: Dialogs,
): CommandHandler {
  return async () => {
    const document = window.activeTextEditor?.document;
    if (document?.languageId !== scriptLanguage) {
      throw new GiftCloudError('USAGE', l10n.t('There is no DicomEdit script in the editor.'), {
        hint: l10n.t('Open a .das file first.'),
      });
    }
    const picked = await dialogs.pickFile({
      title: l10n.t('DICOM file to try the script on'),
      action: l10n.t('Try'),
    });
    if (!picked) throw cancelled();
    const inputs = localPaths([picked], l10n.t('Only files of this machine can be used.'));
    const scripts = [{ origin: 'local' as const, text: document.getText() }];
    const profile = await (await services.get()).readProfile(settings.profile);
    await preview.show({ inputs, scripts, profile });
  };
}
