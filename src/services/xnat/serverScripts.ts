import type { ServerScript } from './archive.js';
import { assertLabel, pathOf } from './labels.js';
import { parseTable } from './tables.js';
import type { XnatClient } from './xnatClient.js';

/**
 * Enabled, non-blank anonymisation scripts of site and project, two requests. A fresh site has one (observed). 404 means
 * none; everything else that is no table is an error: without certainty nothing is sent.
 */
export async function readEnabledScripts(
  client: XnatClient,
  project: string,
  signal?: AbortSignal,
): Promise<readonly ServerScript[]> {
  assertLabel('project', project);
  const site = await readScript(client, 'site', '/data/config/anon/script', signal, true);
  const path = pathOf('data', 'projects', project, 'config', 'anon', 'projects', project);
  return [...site, ...(await readScript(client, 'project', path, signal))];
}

async function readScript(
  client: XnatClient,
  origin: ServerScript['origin'],
  path: string,
  signal: AbortSignal | undefined,
  forEverybody = false,
): Promise<readonly ServerScript[]> {
  const request = {
    method: 'GET',
    path,
    query: { format: 'json' },
    what: 'read the anonymisation script',
    ...(forEverybody && { opensSession: true as const }),
  } as const;
  const { status, body } = await client.text(request, [200, 404], signal);
  if (status === 404) return [];
  return parseTable(body)
    .filter((row) => row.text('status') === 'enabled' && row.text('contents').trim() !== '')
    .map((row) => ({ origin, text: row.text('contents') }));
}
