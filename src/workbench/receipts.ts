import { join } from 'node:path';
import { l10n } from 'vscode';
import { GiftCloudError } from '../services/support/errors.js';
import { JobFiles } from './jobFiles.js';

/** Receipts of uploads: server labels, new UIDs, sizes and hashes. */
export function receiptFiles(stateFolder: string): JobFiles {
  return new JobFiles({
    folder: join(stateFolder, 'receipts'),
    scheme: 'giftcloud-receipt',
    ending: '.json',
    title: () => l10n.t('Upload Receipt'),
    none: () =>
      new GiftCloudError('USAGE', l10n.t('There is no receipt yet.'), {
        hint: l10n.t('A receipt is written at the end of every upload.'),
      }),
  });
}

/** De-identification reports of uploads, as people read them: rules, counts and server labels. */
export function reportFiles(stateFolder: string): JobFiles {
  return new JobFiles({
    folder: join(stateFolder, 'reports'),
    scheme: 'giftcloud-report',
    ending: '.md',
    title: () => l10n.t('De-identification Report'),
    none: () =>
      new GiftCloudError('USAGE', l10n.t('There is no de-identification report yet.'), {
        hint: l10n.t('A report is written at the end of every upload.'),
      }),
  });
}
