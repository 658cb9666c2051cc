import { l10n, type Uri } from 'vscode';
import { projectOf, subjectOf, labelOf, type Node } from '../../tree/nodes.js';
import { cancelled } from '../../services/support/errors.js';
import type { CommandHandler } from '../commands.js';
import type { Dialogs } from '../dialogs.js';
import type { Uploads } from '../uploads.js';
import { chosenNodes, chosenUris, localPaths } from './arguments.js';

/** "Anonymise and Upload to GIFT-Cloud…": on files and folders of the Explorer; from the palette it asks for folders. */
export function uploadFolderCommand(uploads: Uploads, dialogs: Dialogs): CommandHandler {
  return async (...args) => {
    const chosen = chosenUris(args);
    await uploads.run({ inputs: uploadable(chosen.length > 0 ? chosen : await askFolders(dialogs)) });
  };
}

/** "Anonymise and Upload Folder Here…": into the project or subject of a row. */
export function uploadHereCommand(
  uploads: Uploads,
  dialogs: Dialogs,
  selection: () => readonly Node[],
): CommandHandler {
  return async (...args) => {
    const [node] = chosenNodes(args.slice(0, 1), selection());
    if (!node) return;
    const subject = subjectOf(node);
    await uploads.run({
      inputs: uploadable(await askFolders(dialogs)),
      project: projectOf(node).row.id,
      ...(subject && { expectedSubject: labelOf(subject) }),
    });
  };
}

async function askFolders(dialogs: Dialogs): Promise<readonly Uri[]> {
  const picked = await dialogs.pickFolders({
    title: l10n.t('Folders to anonymise and upload'),
    action: l10n.t('Choose'),
    many: true,
  });
  if (!picked || picked.length === 0) throw cancelled();
  return picked;
}

function uploadable(uris: readonly Uri[]): string[] {
  return localPaths(uris, l10n.t('Only files and folders of this machine can be uploaded.'));
}
