import type { ArchiveTree } from '../../tree/archiveTree.js';
import { downloadTargets } from '../../tree/contents.js';
import type { Node } from '../../tree/nodes.js';
import { cancelled } from '../../services/support/errors.js';
import type { CommandHandler } from '../commands.js';
import type { Dialogs } from '../dialogs.js';
import { askDownloadChoices, type DownloadFolder } from '../downloadQuestions.js';
import type { Downloads } from '../downloads.js';
import type { Settings } from '../settings.js';
import { chosenNodes } from './arguments.js';

export interface DownloadCommandOptions {
  readonly tree: ArchiveTree;
  readonly downloads: Downloads;
  readonly folder: DownloadFolder;
  readonly settings: Settings;
  readonly dialogs: Dialogs;
  selection(): readonly Node[];
}

/** "Download to Workspace…": the chosen rows, with the options of one list, into a folder. */
export function downloadCommand(options: DownloadCommandOptions): CommandHandler {
  return async (...args) => {
    const nodes = chosenNodes(args, options.selection());
    if (nodes.length === 0) return;
    const folder = await options.folder.ask();
    if (folder === undefined) throw cancelled();
    const contents = await options.tree.contents(nodes);
    const choices = await askDownloadChoices(contents, options.settings, options.dialogs);
    if (!choices) throw cancelled();
    await options.downloads.run({ ...choices, targets: downloadTargets(nodes), folder });
  };
}
