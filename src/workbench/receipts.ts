import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { l10n, Uri, window, workspace, type TextDocumentContentProvider } from 'vscode';
import type { Receipt } from '../services/pipeline/types.js';
import { writeFileAtomic } from '../services/support/atomicFile.js';
import { GiftCloudError } from '../services/support/errors.js';

/** Scheme of the read-only documents that show a receipt. */
export const receiptScheme = 'giftcloud-receipt';

const kept = 50;

/** Receipts of uploads: server labels, new UIDs, sizes and hashes; no identifiers. The newest fifty are kept. */
export class Receipts implements TextDocumentContentProvider {
  constructor(private readonly folder: string) {}

  async add(receipt: Receipt): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const time = receipt.finished.replace(/[^0-9TZ]/g, '');
    const name = `${time}-${randomBytes(3).toString('hex')}.json`;
    await writeFileAtomic(join(this.folder, name), `${JSON.stringify(receipt, null, 2)}\n`);
    const names = await this.names();
    for (const old of names.slice(0, Math.max(0, names.length - kept))) {
      await rm(join(this.folder, old), { force: true });
    }
  }

  /** Opens the newest receipt, read-only. Without one: USAGE. */
  async showLast(): Promise<void> {
    const last = (await this.names()).at(-1);
    if (last === undefined) {
      throw new GiftCloudError('USAGE', l10n.t('There is no receipt yet.'), {
        hint: l10n.t('A receipt is written at the end of every upload.'),
      });
    }
    const document = await workspace.openTextDocument(Uri.from({ scheme: receiptScheme, path: `/${last}` }));
    await window.showTextDocument(document, { preview: true });
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const name = uri.path.slice(1);
    if (!(await this.names()).includes(name)) return '';
    return readFile(join(this.folder, name), 'utf8');
  }

  private async names(): Promise<string[]> {
    const names = await readdir(this.folder).catch(() => []);
    return names.filter((name) => name.endsWith('.json')).sort();
  }
}
