import { copyFile, constants, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { l10n } from 'vscode';
import { cancelled, GiftCloudError, systemErrorCode } from '../../services/support/errors.js';
import type { CommandHandler } from '../commands.js';
import type { Dialogs } from '../dialogs.js';
import type { JobFiles } from '../jobFiles.js';

/** "Show De-identification Report": how the data of the last upload was de-identified. */
export function showReportCommand(reports: JobFiles): CommandHandler {
  return () => reports.showLast();
}

/** "Save De-identification Report…": the same as Markdown and JSON, into a folder, to be filed with the data. */
export function saveReportCommand(reports: JobFiles, dialogs: Dialogs): CommandHandler {
  return async () => {
    const text = await reports.lastPath();
    const [folder] =
      (await dialogs.pickFolders({
        title: l10n.t('Folder for the de-identification report'),
        action: l10n.t('Save Here'),
        many: false,
      })) ?? [];
    if (!folder) throw cancelled();
    const { mtime } = await stat(text);
    const name = `deidentification-report-${mtime.toISOString().slice(0, 19).replaceAll(':', '')}`;
    for (const ending of ['.md', '.json']) {
      await copyNew(text.replace(/\.md$/, ending), join(folder.fsPath, `${name}${ending}`));
    }
    void dialogs.notify('info', l10n.t('The report was saved as {0}.', `${name}.md, ${name}.json`), []);
  };
}

/** Copies without overwriting. @throws FILE_EXISTS, FILE_UNREADABLE */
async function copyNew(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL);
  } catch (error) {
    const code = systemErrorCode(error) ?? '';
    if (code === 'EEXIST') {
      throw new GiftCloudError('FILE_EXISTS', l10n.t('The folder holds {0} already.', basename(to)), {
        hint: l10n.t('It was left as it is. Choose another folder.'),
      });
    }
    throw new GiftCloudError('FILE_UNREADABLE', l10n.t('The report could not be saved ({0}).', code), {
      hint: l10n.t('Choose a folder that you may write into.'),
      cause: error,
    });
  }
}
