import { join } from 'node:path';
import {
  authentication,
  commands as editorCommands,
  env,
  ExtensionMode,
  window,
  workspace,
  type ExtensionContext,
} from 'vscode';
import { version } from '../package.json';
import { ArchiveTree } from './tree/archiveTree.js';
import { DropController } from './tree/dropController.js';
import { AccountStore } from './workbench/accountStore.js';
import { GiftCloudAuthentication } from './workbench/authentication.js';
import { BackgroundTransfers } from './workbench/backgroundTransfers.js';
import { Certificates } from './workbench/certificates.js';
import { CommandRegistrar } from './workbench/commands.js';
import { allCommands } from './workbench/commands/allCommands.js';
import { Connection } from './workbench/connection.js';
import { ContextKeys } from './workbench/contextKeys.js';
import { authenticationProvider, commands, contextKeys, views } from './workbench/contributions.js';
import { DicomNodesView } from './workbench/dicomNodesView.js';
import { Downloads } from './workbench/downloads.js';
import { KeyDesk } from './workbench/keyDesk.js';
import { KeptPatientList } from './workbench/keptPatientList.js';
import { LazyServices } from './workbench/lazyServices.js';
import { ListPassword } from './workbench/listPassword.js';
import { ListenerDesk } from './workbench/listenerDesk.js';
import { LocalSandbox } from './workbench/localSandbox.js';
import { createLogger } from './workbench/log.js';
import { nativeDialogs } from './workbench/nativeDialogs.js';
import { NodeDesk } from './workbench/nodeDesk.js';
import { PatientListDesk } from './workbench/patientListDesk.js';
import { receiptFiles, reportFiles } from './workbench/receipts.js';
import { QueryDesk } from './workbench/queryDesk.js';
import { Retrievals } from './workbench/retrievals.js';
import { Settings } from './workbench/settings.js';
import { SignIn } from './workbench/signIn.js';
import { ScriptLanguage } from './workbench/scripts/scriptLanguage.js';
import { ReplaceableDialogs, type TestApi } from './workbench/testApi.js';
import { Transfers } from './workbench/transfers.js';
import { TransferView } from './workbench/transferView.js';
import { Uploads } from './workbench/uploads.js';
import { PreviewPanel } from './webviews/preview/previewPanel.js';
import { QueryPanel } from './webviews/query/queryPanel.js';
import { SettingsPanel } from './webviews/settings/settingsPanel.js';
import { fieldSchemas } from './webviews/settings/settingsStore.js';
import { watchConnection, watchSettings, watchTransfers, watchUploads } from './workbench/watchers.js';

/** What is awaited before the window goes; subscriptions are not. */
let atTheEnd: () => Promise<void> = () => Promise.resolve();

export function deactivate(): Promise<void> {
  return atTheEnd();
}

/** Wires the editor adapters; the services behind them are loaded at first use. */
export function activate(context: ExtensionContext): TestApi | undefined {
  const storage = context.globalStorageUri.fsPath;
  const dist = (name: string): string => join(context.extensionPath, 'dist', name);
  const own = <T extends { dispose(): void }>(item: T): T => {
    context.subscriptions.push(item);
    return item;
  };

  const channel = own(window.createOutputChannel('GIFT-Cloud', { log: true }));
  const logger = createLogger(channel);
  const questions = new ReplaceableDialogs(nativeDialogs);
  const { dialogs } = questions;
  const settings = new Settings();
  const keys = new ContextKeys();

  const services = own(
    new LazyServices({
      version,
      stateFolder: join(storage, 'state'),
      workerScript: dist('worker.js'),
      listScript: dist('patientList.js'),
      logger,
    }),
  );
  const certificates = new Certificates(context.globalState, settings, dialogs);
  const accounts = own(new AccountStore(context.secrets));
  const connection = own(new Connection(settings, accounts, certificates, services));
  const signIn = new SignIn(connection, certificates, services, settings, dialogs);
  const provider = own(new GiftCloudAuthentication(connection, signIn));
  own(authentication.registerAuthenticationProvider(authenticationProvider, 'GIFT-Cloud', provider));

  const registrar = own(new CommandRegistrar(logger, dialogs, (error) => connection.noteFailure(error)));
  const tree = own(
    new ArchiveTree(
      { ready: connection.restored, archive: () => connection.session?.archive() },
      {
        pageSize: () => settings.pageSize,
        onProjects: (count) => void keys.set(contextKeys.hasProjects, count > 0),
        // The rows go with the session, and the row that says why goes with them.
        onFailure: async (error) => {
          if (await connection.noteFailure(error)) void registrar.show(error);
        },
      },
    ),
  );
  const receipts = receiptFiles(join(storage, 'state'));
  const reports = reportFiles(join(storage, 'state'));
  for (const files of [receipts, reports]) {
    own(workspace.registerTextDocumentContentProvider(files.scheme, files));
  }
  const preview = own(new PreviewPanel(context.extensionUri, { services: () => services.get(), logger }));
  const projectKeys = new KeyDesk(services, connection, signIn, settings, dialogs);
  const uploads = own(
    new Uploads(services, signIn, settings, projectKeys, dialogs, logger, (request) => preview.show(request)),
  );
  const transfers = own(new Transfers(services, join(storage, 'state'), dialogs));
  const background = own(new BackgroundTransfers(transfers, connection, uploads, dialogs, logger));
  const transferView = own(new TransferView(transfers, background, connection, keys));
  const listener = own(
    new ListenerDesk(
      transfers,
      background,
      connection,
      signIn,
      settings,
      projectKeys,
      dialogs,
      (name, action) => registrar.run(name, action),
    ),
  );
  const listPassword = own(new ListPassword(context.secrets));
  const keptList = own(
    new KeptPatientList(
      services,
      listPassword,
      context.globalState,
      dialogs,
      logger,
      () => void editorCommands.executeCommand(commands.setListPassword),
    ),
  );
  void connection.restored.then(() => keptList.restart());
  atTheEnd = () => keptList.flush();
  const patientList = new PatientListDesk(services, keptList, listPassword, signIn, dialogs);
  const settingsPanel = own(
    new SettingsPanel(context.extensionUri, fieldSchemas(context.extension.packageJSON), {
      ...{ connection, certificates, signIn, services, settings, listener, dialogs, logger, version },
      ...{ patientList, listPassword, state: context.globalState },
    }),
  );
  const nodes = own(new NodeDesk(services, dialogs));
  const retrievals = own(new Retrievals(transfers, signIn, settings, projectKeys, dialogs));
  own(retrievals.onDidFinish(() => background.lookForWork()));
  const showNodeSettings = (): void => void settingsPanel.show('nodes');
  const queryDesk = new QueryDesk(services, retrievals, nodes, showNodeSettings, dialogs, logger);
  const query = own(new QueryPanel(context.extensionUri, queryDesk));
  const nodesView = own(new DicomNodesView(listener, nodes, keys));
  own(new ScriptLanguage(async () => (await services.get()).scriptHelp));
  const downloads = new Downloads(services, signIn, dialogs, logger);
  const drop = new DropController({
    remoteName: env.remoteName,
    keep: async () => (await services.get()).dropped.create(),
    upload: (order) => uploads.run(order),
    run: (action) => registrar.run('drop', action),
  });
  const view = own(
    window.createTreeView(views.archive, {
      treeDataProvider: tree,
      dragAndDropController: drop,
      canSelectMany: true,
      showCollapseAll: true,
    }),
  );
  const sandbox = own(
    new LocalSandbox(
      dist('sandbox.js'),
      join(storage, 'sandbox'),
      (running) => void keys.set(contextKeys.sandboxRunning, running),
    ),
  );

  own(watchConnection(connection, tree, view, keys));
  own(watchSettings(connection, tree));
  own(watchUploads(uploads, tree, view));
  own(watchTransfers(transfers, connection, tree));
  registrar.registerAll(
    allCommands({
      channel,
      services,
      connection,
      signIn,
      tree,
      view,
      keys: projectKeys,
      uploads,
      downloads,
      preview,
      query,
      settingsPanel,
      receipts,
      reports,
      sandbox,
      transfers,
      transferView: transferView.view,
      listener,
      nodes,
      nodesView: nodesView.view,
      patientList,
      settings,
      dialogs,
    }),
  );

  if (context.extensionMode !== ExtensionMode.Test) return undefined;
  return {
    tree,
    drop,
    uploads,
    transfers,
    background,
    transferView,
    listener,
    nodesView,
    preview,
    settingsPanel,
    connection,
    patientList: keptList,
    settings,
    storageFolder: storage,
    logFolder: context.logUri.fsPath,
    answerWith: (answers) => questions.replace(answers),
  };
}
