import { commands as editorCommands, l10n, Uri, workspace } from 'vscode';
import type { DownloadEvent, DownloadRequest, DownloadTarget } from '../services/download/types.js';
import { GiftCloudError } from '../services/support/errors.js';
import type { Logger } from '../services/support/logger.js';
import { commands } from './contributions.js';
import type { Dialogs } from './dialogs.js';
import type { DownloadChoices } from './downloadQuestions.js';
import type { LazyServices } from './lazyServices.js';
import { MissedFiles } from './missedFiles.js';
import { runWithProgress } from './progress.js';
import type { ProgressState } from './progressThrottle.js';
import type { SignIn } from './signIn.js';
import { bytes, counted } from './texts.js';

type Finished = Extract<DownloadEvent, { kind: 'finished' }>;

export interface DownloadOrder extends DownloadChoices {
  readonly targets: readonly DownloadTarget[];
  readonly folder: string;
}

/** The download as a person sees it: progress that can be cancelled, and the result in one message. */
export class Downloads {
  constructor(
    private readonly services: LazyServices,
    private readonly signIn: SignIn,
    private readonly dialogs: Dialogs,
    private readonly logger: Logger,
  ) {}

  async run(order: DownloadOrder): Promise<Finished> {
    const session = await this.signIn.require();
    const archive = await session.archive();
    const services = await this.services.get();
    const { folder, ...rest } = order;
    const request: DownloadRequest = { ...rest, outFolder: folder };
    const seen: { finished?: Finished } = {};
    const missed = new MissedFiles();
    const onEvent = (event: DownloadEvent): ProgressState | undefined => {
      missed.note(event);
      if (event.kind === 'finished') seen.finished = event;
      if (event.kind === 'file' && event.status === 'failed') {
        this.logger.warn('a file was not downloaded', { code: event.code });
      }
      if (event.kind === 'unlisted') this.logger.warn('files could not be listed', { code: event.code });
      return downloadProgress(event);
    };
    await runWithProgress(
      this.dialogs,
      l10n.t('Downloading'),
      (signal) => services.download(archive, request, signal),
      onEvent,
    );
    if (!seen.finished) throw new GiftCloudError('INTERNAL', l10n.t('The download ended without a result.'));
    void this.showOutcome(seen.finished, missed, folder);
    return seen.finished;
  }

  private async showOutcome(finished: Finished, missed: MissedFiles, folder: string): Promise<void> {
    const list = l10n.t('Show Files');
    const showLog = l10n.t('Show Log');
    const reveal = l10n.t('Show in Explorer');
    const uri = Uri.file(folder);
    const actions = [
      ...(workspace.getWorkspaceFolder(uri) ? [reveal] : []),
      ...(missed.count > 0 ? [list, showLog] : []),
    ];
    const severity = missed.count > 0 ? 'error' : 'info';
    const chosen = await this.dialogs.notify(severity, outcomeText(finished), actions);
    if (chosen === list) await missed.show(this.dialogs);
    if (chosen === showLog) await editorCommands.executeCommand(commands.openLog);
    if (chosen === reveal) await editorCommands.executeCommand('revealInExplorer', uri);
  }
}

function downloadProgress(event: DownloadEvent): ProgressState | undefined {
  switch (event.kind) {
    case 'planning':
      // As soon as there are files, their progress says more.
      return event.files > 0 ? undefined : { message: l10n.t('listing files') };
    case 'planned':
      return { message: l10n.t('{0}, {1}', counted.files(event.files), bytes(event.bytes)) };
    case 'progress':
      return {
        message: l10n.t(
          '{0} of {1}, {2}',
          event.filesDone,
          counted.files(event.filesTotal),
          bytes(event.bytesDone),
        ),
        fraction: fractionDone(event),
      };
    case 'file':
    case 'unlisted':
    case 'finished':
      return undefined;
  }
}

/** As long as files are still being listed only the number of experiments is known. */
function fractionDone(event: Extract<DownloadEvent, { kind: 'progress' }>): number {
  const share = (part: number, whole: number): number => part / Math.max(1, whole);
  if (event.growing) return share(event.placesDone, event.placesTotal);
  return event.bytesTotal > 0
    ? share(event.bytesDone, event.bytesTotal)
    : share(event.filesDone, event.filesTotal);
}

function outcomeText({ downloaded, present, failed, unlisted, bytes: size }: Finished): string {
  const parts: string[] = [];
  if (downloaded > 0) parts.push(l10n.t('Downloaded {0} ({1}).', counted.files(downloaded), bytes(size)));
  if (present > 0) parts.push(l10n.t('Already there: {0}.', counted.files(present)));
  if (failed > 0) {
    parts.push(l10n.t('Failed: {0}; downloading again fetches only what is missing.', counted.files(failed)));
  }
  if (unlisted > 0) parts.push(l10n.t('Some files could not be listed.'));
  return parts.length === 0 ? l10n.t('There is nothing to download.') : parts.join(' ');
}
