import type { ArchiveTree } from '../tree/archiveTree.js';
import type { DropController } from '../tree/dropController.js';
import type { PreviewPanel } from '../webviews/preview/previewPanel.js';
import type { SettingsPanel } from '../webviews/settings/settingsPanel.js';
import type { BackgroundTransfers } from './backgroundTransfers.js';
import type { Connection } from './connection.js';
import type { DicomNodesView } from './dicomNodesView.js';
import type { Dialogs } from './dialogs.js';
import type { ListenerDesk } from './listenerDesk.js';
import type { KeptPatientList } from './keptPatientList.js';
import type { Settings } from './settings.js';
import type { Transfers } from './transfers.js';
import type { TransferView } from './transferView.js';
import type { Uploads } from './uploads.js';

/** What `activate` gives to the suites of test/workbench, and to nobody else. */
export interface TestApi {
  readonly tree: ArchiveTree;
  readonly drop: DropController;
  readonly uploads: Uploads;
  readonly transfers: Transfers;
  readonly background: BackgroundTransfers;
  readonly transferView: TransferView;
  readonly listener: ListenerDesk;
  readonly nodesView: DicomNodesView;
  readonly preview: PreviewPanel;
  readonly settingsPanel: SettingsPanel;
  readonly connection: Connection;
  readonly patientList: KeptPatientList;
  readonly settings: Settings;
  /** Folder of the extension's own files and folder of its log, to search for identifiers. */
  readonly storageFolder: string;
  readonly logFolder: string;
  /** Answers all further questions in place of the person. */
  answerWith(dialogs: Dialogs): void;
}

/** The dialogs of the editor until a suite replaces them: it refuses modal ones inside its test host. */
export class ReplaceableDialogs {
  constructor(private current: Dialogs) {}

  readonly dialogs: Dialogs = {
    confirm: (question) => this.current.confirm(question),
    review: (question) => this.current.review(question),
    notify: (...message) => this.current.notify(...message),
    askText: (question) => this.current.askText(question),
    pick: (question, choices) => this.current.pick(question, choices),
    pickMany: (question, choices) => this.current.pickMany(question, choices),
    progress: (title, work) => this.current.progress(title, work),
    busy: (text, work) => this.current.busy(text, work),
    pickFile: (question) => this.current.pickFile(question),
    pickFolders: (question) => this.current.pickFolders(question),
  };

  replace(dialogs: Dialogs): void {
    this.current = dialogs;
  }
}
