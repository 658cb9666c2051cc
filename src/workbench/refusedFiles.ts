import { basename, dirname, relative, resolve } from 'node:path';
import { commands as editorCommands, env, l10n, Uri, workspace } from 'vscode';
import type { PipelineEvent } from '../services/pipeline/types.js';
import type { Choice, Dialogs } from './dialogs.js';

type Status = 'held' | 'failed' | 'skipped';

interface RefusedFile {
  readonly path: string;
  readonly status: Status;
  readonly reason: string;
}

/**
 * The files of one upload that were not sent. Their names may name a patient: they are on the screen only while the list
 * is open, which a person asks for, and live no longer than the message that offers it.
 */
export class RefusedFiles {
  private readonly files: RefusedFile[] = [];

  constructor(private readonly inputs: readonly string[]) {}

  get count(): number {
    return this.files.length;
  }

  note(event: PipelineEvent): void {
    if (event.kind !== 'file') return;
    const { path, status, reason = '' } = event;
    if (status === 'held' || status === 'failed' || status === 'skipped') {
      this.files.push({ path, status, reason });
    }
  }

  /** Lists the files; the chosen one is shown where it lies. */
  async show(dialogs: Dialogs): Promise<void> {
    const choices = (['held', 'failed', 'skipped'] as const).flatMap((status) => this.choices(status));
    const path = await dialogs.pick(
      {
        title: l10n.t('Files That Were Not Sent'),
        placeholder: l10n.t('Choose a file to show where it lies'),
      },
      choices,
    );
    if (path === undefined) return;
    const uri = Uri.file(path);
    if (workspace.getWorkspaceFolder(uri)) await editorCommands.executeCommand('revealInExplorer', uri);
    else if (env.remoteName === undefined) await editorCommands.executeCommand('revealFileInOS', uri);
  }

  private choices(status: Status): Choice<string>[] {
    return this.files
      .filter((file) => file.status === status)
      .map(({ path, reason }, index) => ({
        ...(index === 0 && { heading: headingOf(status) }),
        label: basename(path),
        description: this.folderOf(path),
        detail: reason,
        value: path,
      }));
  }

  /** The folder of a file as seen from where the chosen folder lies. */
  private folderOf(path: string): string {
    for (const input of this.inputs) {
      const way = relative(dirname(resolve(input)), path);
      if (!way.startsWith('..')) return dirname(way) === '.' ? '' : dirname(way);
    }
    return dirname(path);
  }
}

function headingOf(status: Status): string {
  if (status === 'held') return l10n.t('Held back');
  if (status === 'failed') return l10n.t('Failed');
  return l10n.t('Skipped');
}
