import type { ArchiveTree } from '../../tree/archiveTree.js';
import { isNode } from '../../tree/nodes.js';
import type { CommandHandler } from '../commands.js';

/** "Refresh": the whole tree, or the row that it was called on. */
export function refreshCommand(tree: ArchiveTree): CommandHandler {
  return (node) => tree.refresh(isNode(node) ? node : undefined);
}
