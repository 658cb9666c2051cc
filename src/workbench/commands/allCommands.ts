import type { LogOutputChannel, TreeView } from 'vscode';
import type { ArchiveTree } from '../../tree/archiveTree.js';
import type { Node } from '../../tree/nodes.js';
import type { CommandHandlers } from '../commands.js';
import type { Connection } from '../connection.js';
import { commands } from '../contributions.js';
import type { PreviewPanel } from '../../webviews/preview/previewPanel.js';
import type { Dialogs } from '../dialogs.js';
import { DownloadFolder } from '../downloadQuestions.js';
import type { Downloads } from '../downloads.js';
import type { KeyDesk } from '../keyDesk.js';
import type { LocalSandbox } from '../localSandbox.js';
import type { JobFiles } from '../jobFiles.js';
import type { LazyServices } from '../lazyServices.js';
import type { Settings } from '../settings.js';
import type { SignIn } from '../signIn.js';
import type { Uploads } from '../uploads.js';
import { copyLabelCommand } from './copyLabel.js';
import { downloadCommand } from './download.js';
import { goToSubjectCommand } from './goToSubject.js';
import { loadMoreCommand } from './loadMore.js';
import { openLogCommand } from './openLog.js';
import { previewCommand } from './preview.js';
import { refreshCommand } from './refresh.js';
import { saveReportCommand, showReportCommand } from './report.js';
import { startSandboxCommand, stopSandboxCommand } from './sandbox.js';
import { showReceiptCommand } from './showReceipt.js';
import { signInCommand } from './signIn.js';
import { signInAgainCommand } from './signInAgain.js';
import { signOutCommand } from './signOut.js';
import { tryScriptCommand } from './tryScript.js';
import { uploadFolderCommand, uploadHereCommand } from './uploadFolder.js';

export interface CommandParts {
  readonly channel: LogOutputChannel;
  readonly services: LazyServices;
  readonly connection: Connection;
  readonly signIn: SignIn;
  readonly tree: ArchiveTree;
  readonly view: TreeView<Node>;
  readonly keys: KeyDesk;
  readonly uploads: Uploads;
  readonly downloads: Downloads;
  readonly preview: PreviewPanel;
  readonly receipts: JobFiles;
  readonly reports: JobFiles;
  readonly sandbox: LocalSandbox;
  readonly settings: Settings;
  readonly dialogs: Dialogs;
}

/** Every command with what it uses. */
export function allCommands(parts: CommandParts): CommandHandlers {
  const {
    channel,
    services,
    connection,
    signIn,
    tree,
    view,
    keys,
    uploads,
    downloads,
    preview,
    receipts,
    reports,
    sandbox,
    settings,
    dialogs,
  } = parts;
  const selection = () => view.selection;
  const folder = new DownloadFolder(settings, dialogs);
  return {
    [commands.signIn]: signInCommand(signIn),
    [commands.signInAgain]: signInAgainCommand(connection, signIn),
    [commands.signOut]: signOutCommand(connection),
    [commands.refresh]: refreshCommand(tree),
    [commands.refreshNode]: refreshCommand(tree),
    [commands.retry]: refreshCommand(tree),
    [commands.loadMore]: loadMoreCommand(tree),
    [commands.copyLabel]: copyLabelCommand(selection),
    [commands.goToSubject]: goToSubjectCommand(tree, view, signIn, settings, dialogs),
    [commands.uploadFolder]: uploadFolderCommand(uploads, dialogs),
    [commands.uploadHere]: uploadHereCommand(uploads, dialogs, selection),
    [commands.preview]: previewCommand(preview, services, settings, dialogs),
    [commands.download]: downloadCommand({ tree, downloads, folder, settings, dialogs, selection }),
    [commands.createKey]: () => keys.create(),
    [commands.showKeys]: () => keys.show(),
    [commands.exportKey]: () => keys.export(),
    [commands.importKey]: () => keys.import(),
    [commands.rotateKey]: () => keys.rotate(),
    [commands.agreeToKey]: () => keys.agree(),
    [commands.showReceipt]: showReceiptCommand(receipts),
    [commands.tryScript]: tryScriptCommand(preview, services, settings, dialogs),
    [commands.showReport]: showReportCommand(reports),
    [commands.saveReport]: saveReportCommand(reports, dialogs),
    [commands.openLog]: openLogCommand(channel),
    [commands.startSandbox]: startSandboxCommand(sandbox, dialogs),
    [commands.stopSandbox]: stopSandboxCommand(sandbox),
  };
}
