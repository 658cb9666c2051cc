import type { TreeView } from 'vscode';
import type { ArchiveTree } from '../tree/archiveTree.js';
import type { Node } from '../tree/nodes.js';

/** Opens the view and goes to the row of a subject; without such a subject nothing happens. */
export async function showSubject(
  tree: ArchiveTree,
  view: TreeView<Node>,
  project: string,
  label: string,
): Promise<void> {
  const node = await tree.findSubject(project, label);
  if (node) await view.reveal(node, { select: true, focus: true, expand: true });
}
