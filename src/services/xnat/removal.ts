import type { ArchivePath, RemovablePath } from './archive.js';
import { levelPath, projectPath } from './archivePaths.js';
import { parseTable } from './tables.js';
import type { XnatClient } from './xnatClient.js';

/** Whether a user is listed as owner; who may not read the list is none. See `Archive.isOwner`. */
export async function isOwner(
  client: XnatClient,
  project: string,
  user: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const path = projectPath(project, 'users');
  const request = { method: 'GET', path, query: { format: 'json' }, what: 'list the users' } as const;
  const { status, body } = await client.text(request, [200, 403, 404], signal);
  if (status !== 200) return false;
  return parseTable(body).some(
    (row) => row.text('login') === user && row.text('GROUP_ID') === `${project}_owner`,
  );
}

export async function removeFile(
  client: XnatClient,
  path: ArchivePath,
  resource: string,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  const target = levelPath(path, 'resources', resource, 'files', name);
  await client.text({ method: 'DELETE', path: target, what: 'remove a file' }, [200, 204], signal);
}

/** Something that is gone already is no error. */
export async function removeElement(
  client: XnatClient,
  path: RemovablePath,
  signal?: AbortSignal,
): Promise<void> {
  const query = { removeFiles: 'true' };
  const what = `remove ${path.scan ? 'a scan' : path.experiment ? 'an experiment' : 'a subject'}`;
  await client.text({ method: 'DELETE', path: levelPath(path), query, what }, [200, 204, 404], signal);
}
