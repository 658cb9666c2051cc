import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { l10n, Uri, window, workspace, type TextDocumentContentProvider } from 'vscode';
import { GiftCloudError } from '../services/support/errors.js';

/** Scheme of the read-only documents that show a receipt. */
export const receiptScheme = 'giftcloud-receipt';

/** Receipts of uploads, as the pipeline keeps them: server labels, new UIDs, sizes and hashes; no identifiers. */
export class Receipts implements TextDocumentContentProvider {
  /** @param folder where the pipeline writes one file per finished upload. */
  constructor(private readonly folder: string) {}

  /** Opens the newest receipt, read-only. Without one: USAGE. */
  async showLast(): Promise<void> {
    const last = await this.newest();
    if (last === undefined) {
      throw new GiftCloudError('USAGE', l10n.t('There is no receipt yet.'), {
        hint: l10n.t('A receipt is written at the end of every upload.'),
      });
    }
    const path = `/${last}/${l10n.t('Upload Receipt')}.json`;
    const document = await workspace.openTextDocument(Uri.from({ scheme: receiptScheme, path }));
    await window.showTextDocument(document, { preview: true });
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const name = uri.path.split('/')[1] ?? '';
    if (!(await this.names()).includes(name)) return '';
    return readFile(join(this.folder, name), 'utf8');
  }

  private async newest(): Promise<string | undefined> {
    const times = await Promise.all(
      (await this.names()).map(async (name) => ({
        name,
        time: (await stat(join(this.folder, name))).mtimeMs,
      })),
    );
    return times.sort((a, b) => a.time - b.time).at(-1)?.name;
  }

  private async names(): Promise<string[]> {
    const names = await readdir(this.folder).catch(() => []);
    return names.filter((name) => name.endsWith('.json'));
  }
}
