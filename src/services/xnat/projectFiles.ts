import { Readable } from 'node:stream';
import type { ProjectFile } from './archive.js';
import { projectPath } from './archivePaths.js';
import { dataOnly, type XnatClient } from './xnatClient.js';

/** Text of a file of a project resource; undefined for 404, which a resource or file that is not there gets (observed). */
export async function readProjectFile(
  client: XnatClient,
  file: ProjectFile,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const request = { method: 'GET', path: pathTo(file), what: 'read a file of the project' } as const;
  const { status, body } = await client.text(request, [200, 404], signal);
  return status === 404 ? undefined : dataOnly(body);
}

/**
 * PUT of one small file; the server makes the resource when it is not there (observed). 200 also when nothing was
 * stored.
 */
export async function writeProjectFile(
  client: XnatClient,
  file: ProjectFile,
  text: string,
  signal?: AbortSignal,
): Promise<void> {
  const bytes = Buffer.from(text, 'utf8');
  const request = {
    method: 'PUT',
    path: pathTo(file),
    query: { inbody: 'true', overwrite: 'true' },
    what: 'set up the project',
    body: {
      open: () => ({ stream: Readable.from([bytes]), length: bytes.length, type: 'application/json' }),
    },
  } as const;
  await client.text(request, [200, 201], signal);
}

function pathTo({ project, resource, name }: ProjectFile): string {
  return projectPath(project, 'resources', resource, 'files', name);
}
