import type { ArchiveTree } from '../../tree/archiveTree.js';
import { isNode } from '../../tree/nodes.js';
import type { CommandHandler } from '../commands.js';

/** "Load More": the next page of a level. */
export function loadMoreCommand(tree: ArchiveTree): CommandHandler {
  return (node) => {
    if (isNode(node)) tree.loadMore(node);
  };
}
