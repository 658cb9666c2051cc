import { l10n, Uri } from 'vscode';
import { GiftCloudError } from '../../services/support/errors.js';
import { isArchiveNode, isNode, type ArchiveNode, type Node } from '../../tree/nodes.js';

/**
 * Rows that a command is about. The editor passes the clicked row and the whole selection; a click outside the
 * selection is about the clicked row alone. Without a click (a key binding) it is the selection of the view.
 */
export function chosenNodes(args: readonly unknown[], selection: readonly Node[]): readonly ArchiveNode[] {
  const [clicked, chosen] = args;
  if (!isNode(clicked)) return selection.filter(isArchiveNode);
  const all = Array.isArray(chosen) ? chosen.filter(isNode) : [];
  return (all.some((node) => node.id === clicked.id) ? all : [clicked]).filter(isArchiveNode);
}

/** Files and folders that a command is about: the clicked one first, then the selection, each once. */
export function chosenUris(args: readonly unknown[]): readonly Uri[] {
  const [clicked, chosen] = args;
  const all = Array.isArray(chosen) ? chosen.filter((uri) => uri instanceof Uri) : [];
  if (!(clicked instanceof Uri)) return all;
  return all.some((uri) => uri.toString() === clicked.toString()) ? all : [clicked];
}

/** Paths on the machine of the extension host. @throws USAGE with the sentence `refusal` for anything else. */
export function localPaths(uris: readonly Uri[], refusal: string): string[] {
  if (uris.every((uri) => uri.scheme === 'file')) return uris.map((uri) => uri.fsPath);
  throw new GiftCloudError('USAGE', refusal, { hint: l10n.t('Save them to a folder first.') });
}
