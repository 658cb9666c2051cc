import type { SubjectDocument } from './archive.js';
import { projectPath } from './archivePaths.js';
import { parseSubjectTree, parseUidHistory } from './items.js';
import { dataOnly, type XnatClient } from './xnatClient.js';

/** UIDs that an experiment has had, see `Archive.uidsOfExperiment`. */
export async function uidsOfExperiment(
  client: XnatClient,
  project: string,
  id: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const path = projectPath(project, 'experiments', id);
  const query = { format: 'json' };
  const request = { method: 'GET', path, query, what: 'read an experiment' } as const;
  const { status, body } = await client.text(request, [200, 404], signal);
  return status === 404 ? [] : parseUidHistory(dataOnly(body));
}

/** A subject as it is now, see `Archive.readSubject`. */
export async function readSubject(
  client: XnatClient,
  project: string,
  subject: string,
  signal?: AbortSignal,
): Promise<SubjectDocument | undefined> {
  const path = projectPath(project, 'subjects', subject);
  const query = { format: 'json' };
  const { status, body } = await client.text(
    { method: 'GET', path, query, what: 'read a subject' },
    [200, 404],
    signal,
  );
  return status === 404 ? undefined : parseSubjectTree(dataOnly(body));
}
