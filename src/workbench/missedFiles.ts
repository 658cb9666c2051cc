import { l10n } from 'vscode';
import type { DownloadEvent } from '../services/download/types.js';
import type { Dialogs } from './dialogs.js';

interface MissedFile {
  readonly path: string;
  readonly reason: string;
}

/** More than anybody reads; the count is right all the same. */
const longestList = 1000;

/**
 * What did not arrive in one download. Somebody may have named a file on the server after a patient: names are on the
 * screen only while the list is open, which a person asks for, and live no longer than the message that offers it.
 */
export class MissedFiles {
  private readonly files: MissedFile[] = [];
  private missed = 0;

  get count(): number {
    return this.missed;
  }

  note(event: DownloadEvent): void {
    if (event.kind !== 'unlisted' && !(event.kind === 'file' && event.status === 'failed')) return;
    this.missed++;
    if (this.files.length < longestList) this.files.push({ path: event.path, reason: event.reason ?? '' });
  }

  /** Lists the files with the reason of each. */
  async show(dialogs: Dialogs): Promise<void> {
    await dialogs.pick(
      {
        title: l10n.t('Files That Did Not Arrive'),
        placeholder: l10n.t('Downloading again fetches only what is missing'),
      },
      this.files.map(({ path, reason }) => ({
        label: path.slice(path.lastIndexOf('/') + 1),
        description: path.slice(0, Math.max(0, path.lastIndexOf('/'))),
        detail: reason,
        value: path,
      })),
    );
  }
}
