import type { LogOutputChannel, TreeView } from 'vscode';
import type { ArchiveTree } from '../../tree/archiveTree.js';
import type { DicomNode } from '../../tree/dicomNodes.js';
import type { Node } from '../../tree/nodes.js';
import type { TransferNode } from '../../tree/transferNodes.js';
import type { CommandHandlers } from '../commands.js';
import type { Connection } from '../connection.js';
import { commands, settingNames } from '../contributions.js';
import type { PreviewPanel } from '../../webviews/preview/previewPanel.js';
import type { QueryPanel } from '../../webviews/query/queryPanel.js';
import type { SettingsPanel } from '../../webviews/settings/settingsPanel.js';
import type { Dialogs } from '../dialogs.js';
import { DownloadFolder } from '../downloadQuestions.js';
import type { Downloads } from '../downloads.js';
import type { KeyDesk } from '../keyDesk.js';
import type { LocalSandbox } from '../localSandbox.js';
import type { JobFiles } from '../jobFiles.js';
import type { LazyServices } from '../lazyServices.js';
import type { ListenerDesk } from '../listenerDesk.js';
import type { NodeDesk } from '../nodeDesk.js';
import { openSetting } from '../nodeQuestions.js';
import type { PatientListDesk } from '../patientListDesk.js';
import type { Settings } from '../settings.js';
import type { SignIn } from '../signIn.js';
import type { Transfers } from '../transfers.js';
import type { Uploads } from '../uploads.js';
import { copyLabelCommand } from './copyLabel.js';
import {
  addNodeCommand,
  copySetupCommand,
  echoNodeCommand,
  editNodeCommand,
  removeNodeCommand,
  testListenerCommand,
} from './dicomNodes.js';
import { downloadCommand } from './download.js';
import { goToSubjectCommand } from './goToSubject.js';
import { loadMoreCommand } from './loadMore.js';
import { lookUpPatientCommand } from './lookUpPatient.js';
import { diagnoseCommand, openSettingsCommand } from './openSettings.js';
import { openLogCommand } from './openLog.js';
import { previewCommand } from './preview.js';
import { refreshCommand } from './refresh.js';
import { saveReportCommand, showReportCommand } from './report.js';
import { startSandboxCommand, stopSandboxCommand } from './sandbox.js';
import { showReceiptCommand } from './showReceipt.js';
import { signInCommand } from './signIn.js';
import { signInAgainCommand } from './signInAgain.js';
import { signOutCommand } from './signOut.js';
import {
  clearCommand,
  discardCommand,
  goOnCommand,
  jobCommand,
  jobReceiptCommand,
  releaseCommand,
} from './transfers.js';
import { tryScriptCommand } from './tryScript.js';
import { undoUploadCommand } from './undoUpload.js';
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
  readonly query: QueryPanel;
  readonly settingsPanel: SettingsPanel;
  readonly receipts: JobFiles;
  readonly reports: JobFiles;
  readonly sandbox: LocalSandbox;
  readonly transfers: Transfers;
  readonly transferView: TreeView<TransferNode>;
  readonly listener: ListenerDesk;
  readonly nodes: NodeDesk;
  readonly nodesView: TreeView<DicomNode>;
  readonly patientList: PatientListDesk;
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
    query,
    settingsPanel,
    receipts,
    reports,
    sandbox,
    transfers,
    transferView,
    listener,
    nodes,
    nodesView,
    patientList,
    settings,
    dialogs,
  } = parts;
  const selection = () => view.selection;
  const folder = new DownloadFolder(settings, dialogs);
  const jobs = { transfers, signIn, dialogs, selection: () => transferView.selection };
  const chosen = { nodes, dialogs, selection: () => nodesView.selection };
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
    [commands.query]: () => query.show(),
    [commands.createKey]: () => keys.create(),
    [commands.showKeys]: () => keys.show(),
    [commands.exportKey]: () => keys.export(),
    [commands.importKey]: () => keys.import(),
    [commands.rotateKey]: () => keys.rotate(),
    [commands.agreeToKey]: () => keys.agree(),
    [commands.showReceipt]: showReceiptCommand(receipts),
    [commands.undoUpload]: undoUploadCommand({ receipts, services, signIn, tree, dialogs }),
    [commands.retryTransfer]: goOnCommand(jobs, 'retry', (queue, ids) => queue.retry(ids)),
    [commands.resumeTransfer]: goOnCommand(jobs, 'resume', (queue, ids) => queue.resume(ids)),
    [commands.releaseTransfer]: releaseCommand(jobs),
    [commands.pauseTransfer]: jobCommand(jobs, 'pause', (queue, ids) => queue.pause(ids)),
    [commands.cancelTransfer]: jobCommand(jobs, 'cancel', (queue, ids) => queue.cancel(ids)),
    [commands.forgetTransfer]: jobCommand(jobs, 'forget', (queue, ids) => queue.discard(ids)),
    [commands.discardTransfer]: discardCommand(jobs),
    [commands.showTransferReceipt]: jobReceiptCommand(jobs, receipts),
    [commands.retryTransfers]: async () => (await transfers.queue()).retry(),
    [commands.pauseTransfers]: async () => (await transfers.queue()).pause(),
    [commands.resumeTransfers]: async () => (await transfers.queue()).resume(),
    [commands.clearTransfers]: clearCommand(transfers),
    [commands.startListener]: () => listener.start(),
    [commands.stopListener]: () => listener.stop(),
    [commands.restartListener]: () => listener.restart(),
    [commands.testListener]: testListenerCommand(services, listener, dialogs),
    [commands.copySetup]: copySetupCommand(dialogs),
    [commands.listenerSettings]: () => openSetting('giftcloud.listener'),
    [commands.addNode]: addNodeCommand(nodes, nodesView),
    [commands.editNode]: editNodeCommand(chosen),
    [commands.removeNode]: removeNodeCommand(chosen),
    [commands.echoNode]: echoNodeCommand(chosen),
    [commands.nodeSettings]: () => openSetting(settingNames.pacsNodes),
    [commands.lookUpPatient]: lookUpPatientCommand(tree, view, services, connection, dialogs),
    [commands.exportPatientList]: () => patientList.export(),
    [commands.importPatientList]: () => patientList.import(),
    [commands.setListPassword]: () => patientList.setPassword(),
    [commands.tryScript]: tryScriptCommand(preview, services, settings, dialogs),
    [commands.showReport]: showReportCommand(reports),
    [commands.saveReport]: saveReportCommand(reports, dialogs),
    [commands.openSettings]: openSettingsCommand(settingsPanel),
    [commands.diagnose]: diagnoseCommand(settingsPanel),
    [commands.openLog]: openLogCommand(channel),
    [commands.startSandbox]: startSandboxCommand(sandbox, dialogs),
    [commands.stopSandbox]: stopSandboxCommand(sandbox),
  };
}
