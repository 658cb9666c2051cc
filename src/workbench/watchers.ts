import { Disposable, workspace, type TreeView } from 'vscode';
import type { ArchiveTree } from '../tree/archiveTree.js';
import type { Node } from '../tree/nodes.js';
import type { Connection } from './connection.js';
import type { ContextKeys } from './contextKeys.js';
import { contextKeys, settingNames } from './contributions.js';
import { serverHost } from './serverUrl.js';
import { showSubject } from './showSubject.js';
import type { Transfers } from './transfers.js';
import type { ChangedSubject, Uploads } from './uploads.js';

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
    tree.reset();
  };
  return connection.onDidChangeSession(show);
}

/** A changed server or certificate authority takes effect at once, as does a changed page size. */
export function watchSettings(connection: Connection, tree: ArchiveTree): Disposable {
  return workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(settingNames.serverUrl)) void connection.restore();
    if (event.affectsConfiguration(settingNames.serverCaFile)) connection.reopen();
    if (event.affectsConfiguration(settingNames.pageSize)) tree.reset();
  });
}

/** Shows what jobs in the background wrote, as `watchUploads` does for those that a person watches. */
export function watchTransfers(transfers: Transfers, connection: Connection, tree: ArchiveTree): Disposable {
  return transfers.onDidArchive(({ server, project, subject }) => {
    if (server !== connection.session?.account.serverUrl) return;
    void tree.subjectChanged(project, subject).catch(() => undefined);
  });
}

/** Shows what an upload wrote without a refresh by hand; the first subject of an upload is scrolled to, once. */
export function watchUploads(uploads: Uploads, tree: ArchiveTree, view: TreeView<Node>): Disposable {
  const show = async ({ project, subject, first }: ChangedSubject): Promise<void> => {
    const node = await tree.subjectChanged(project, subject);
    if (node && first && view.visible) await view.reveal(node, { select: false, focus: false });
  };
  // A list that can't be had becomes a problem row when its project is opened; the upload has its own message.
  const quietly = (shown: Promise<void>): void => void shown.catch(() => undefined);
  return Disposable.from(
    uploads.onDidChangeSubject((change) => quietly(show(change))),
    uploads.onDidAskForSubject(({ project, subject }) => quietly(showSubject(tree, view, project, subject))),
  );
}
