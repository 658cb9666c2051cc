import { join } from 'node:path';
import { authentication, env, ExtensionMode, window, workspace, type ExtensionContext } from 'vscode';
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
import { authenticationProvider, contextKeys, views } from './workbench/contributions.js';
import { Downloads } from './workbench/downloads.js';
import { KeyDesk } from './workbench/keyDesk.js';
import { LazyServices } from './workbench/lazyServices.js';
import { LocalSandbox } from './workbench/localSandbox.js';
import { createLogger } from './workbench/log.js';
import { nativeDialogs } from './workbench/nativeDialogs.js';
import { receiptFiles, reportFiles } from './workbench/receipts.js';
import { Settings } from './workbench/settings.js';
import { SignIn } from './workbench/signIn.js';
import { Spool } from './workbench/spool.js';
import { ScriptLanguage } from './workbench/scripts/scriptLanguage.js';
import { ReplaceableDialogs, type TestApi } from './workbench/testApi.js';
import { Uploads } from './workbench/uploads.js';
import { PreviewPanel } from './webviews/preview/previewPanel.js';
import { watchConnection, watchSettings, watchUploads } from './workbench/watchers.js';

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
  own(new BackgroundTransfers(services, connection, uploads, join(storage, 'state', 'queue'), logger));
  own(new ScriptLanguage(async () => (await services.get()).scriptHelp));
  const downloads = new Downloads(services, signIn, dialogs, logger);
  const drop = new DropController({
    remoteName: env.remoteName,
    spool: new Spool(join(storage, 'spool')),
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
      receipts,
      reports,
      sandbox,
      settings,
      dialogs,
    }),
  );

  if (context.extensionMode !== ExtensionMode.Test) return undefined;
  return {
    tree,
    drop,
    uploads,
    preview,
    connection,
    settings,
    storageFolder: storage,
    logFolder: context.logUri.fsPath,
    answerWith: (answers) => questions.replace(answers),
  };
}
