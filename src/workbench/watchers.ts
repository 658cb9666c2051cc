import { workspace, type Disposable, type TreeView } from 'vscode';
import type { ArchiveTree } from '../tree/archiveTree.js';
import type { Node } from '../tree/nodes.js';
import type { Connection } from './connection.js';
import type { ContextKeys } from './contextKeys.js';
import { contextKeys, settingNames } from './contributions.js';
import { serverHost } from './serverUrl.js';
import type { Uploads } from './uploads.js';

/** Keeps tree, title and context keys in step with who is signed in. */
export function watchConnection(
  connection: Connection,
  tree: ArchiveTree,
  view: TreeView<Node>,
  keys: ContextKeys,
): Disposable {
  const show = (): void => {
    const account = connection.session?.account;
    view.description = account ? `${account.userName}@${serverHost(account.serverUrl)}` : '';
    void keys.set(contextKeys.signedIn, account !== undefined);
    tree.refresh();
  };
  return connection.onDidChangeSession(show);
}

/** A changed server or certificate authority takes effect at once, as does a changed page size. */
export function watchSettings(connection: Connection, tree: ArchiveTree): Disposable {
  return workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(settingNames.serverUrl)) void connection.restore();
    if (event.affectsConfiguration(settingNames.serverCaFile)) connection.reopen();
    if (event.affectsConfiguration(settingNames.pageSize)) tree.refresh();
  });
}

/** Shows what an upload wrote without a refresh by hand. */
export function watchUploads(uploads: Uploads, tree: ArchiveTree, view: TreeView<Node>): Disposable {
  return uploads.onDidChangeSubject(({ project, subject }) => {
    void tree.subjectChanged(project, subject).then(async (node) => {
      if (node && view.visible) await view.reveal(node, { select: false, focus: false, expand: true });
    });
  });
}
