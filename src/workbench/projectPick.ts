import { l10n } from 'vscode';
import { cancelled, GiftCloudError } from '../services/support/errors.js';
import type { Archive } from '../services/xnat/archive.js';
import type { Dialogs, ListQuestion } from './dialogs.js';

/** Asks for the project, the default one first. @throws NOT_ALLOWED without any project, CANCELLED without an answer. */
export async function pickProject(
  archive: Archive,
  preferred: string,
  dialogs: Dialogs,
  question: ListQuestion,
): Promise<string> {
  const projects = await archive.listProjects();
  if (projects.length === 0) {
    throw new GiftCloudError('NOT_ALLOWED', l10n.t('Your account has no project on this server.'), {
      hint: l10n.t('Ask the administrator of the server or the owner of a project to add you.'),
    });
  }
  const ordered = [...projects].sort(
    (a, b) => Number(b.id === preferred) - Number(a.id === preferred) || a.id.localeCompare(b.id),
  );
  const picked = await dialogs.pick(
    question,
    ordered.map(({ id, name }) => ({
      label: id,
      description: [name === id ? '' : name, id === preferred ? l10n.t('default') : '']
        .filter((part) => part !== '')
        .join(' · '),
      value: id,
    })),
  );
  if (picked === undefined) throw cancelled();
  return picked;
}
