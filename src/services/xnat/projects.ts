import type { ProjectRow } from './archive.js';
import { parseTable } from './tables.js';
import type { XnatClient } from './xnatClient.js';

/** The plain list has everything readable; it is 403 for a user without any project (observed). */
export async function listProjects(client: XnatClient, signal?: AbortSignal): Promise<readonly ProjectRow[]> {
  const { status, body } = await client.text(
    { method: 'GET', path: '/data/projects', query: { format: 'json' }, what: 'list the projects' },
    [200, 403],
    signal,
  );
  if (status === 403) return [];
  return parseTable(body).map((row) => ({
    id: row.text('ID'),
    name: row.text('name'),
    description: row.text('description'),
  }));
}

/** Ids of the projects in which the user may create subjects; a table with the columns `id` and `secondary_id`. */
export async function listWritableProjects(
  client: XnatClient,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const query = { format: 'json', permissions: 'edit', dataType: 'xnat:subjectData' };
  const { status, body } = await client.text(
    { method: 'GET', path: '/data/projects', query, what: 'list the projects' },
    [200, 403],
    signal,
  );
  return status === 403 ? [] : parseTable(body).map((row) => row.text('id'));
}
