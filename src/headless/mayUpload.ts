import { GiftCloudError } from '../services/support/errors.js';
import type { Archive } from '../services/xnat/archive.js';

/**
 * Signs in and looks whether the project is there and may be written to. Errors: those of `Archive`; NOT_FOUND_OR_NOT_ALLOWED,
 * NOT_ALLOWED.
 */
export async function assertMayUpload(archive: Archive, project: string, signal: AbortSignal): Promise<void> {
  await archive.signIn(signal);
  const projects = await archive.listProjects(signal);
  if (!projects.some(({ id }) => id === project)) {
    throw new GiftCloudError('NOT_FOUND_OR_NOT_ALLOWED', 'The project is not there, or not for this user.', {
      hint: 'Check its ID, or ask an owner of the project for the right to upload.',
    });
  }
  if (!(await archive.listWritableProjects(signal)).includes(project)) {
    throw new GiftCloudError('NOT_ALLOWED', 'You may read the project, and not upload into it.', {
      hint: 'Ask an owner of the project to make you a member.',
    });
  }
}
