import { l10n, type TreeView } from 'vscode';
import type { ArchiveTree } from '../../tree/archiveTree.js';
import type { Node } from '../../tree/nodes.js';
import type { CommandHandler } from '../commands.js';
import type { Dialogs } from '../dialogs.js';
import { pickProject } from '../projectPick.js';
import type { Settings } from '../settings.js';
import { showSubject } from '../showSubject.js';
import type { SignIn } from '../signIn.js';

/** "Go to Subject…": finds a subject by its label, however many there are, and shows its row. */
export function goToSubjectCommand(
  tree: ArchiveTree,
  view: TreeView<Node>,
  signIn: SignIn,
  settings: Settings,
  dialogs: Dialogs,
): CommandHandler {
  return async () => {
    const session = await signIn.require();
    const title = l10n.t('Go to Subject');
    const project = await pickProject(await session.archive(), settings.defaultProject, dialogs, {
      title,
      placeholder: l10n.t('Project to look in'),
    });
    const subjects = await tree.subjects(project);
    const label = await dialogs.pick(
      { title, placeholder: l10n.t('Subject label') },
      subjects.map((row) => ({ label: row.label, description: row.id, value: row.label })),
    );
    if (label !== undefined) await showSubject(tree, view, project, label);
  };
}
