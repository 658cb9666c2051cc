import type { ServerSeriesFilter } from './archive.js';
import { assertLabel, pathOf } from './labels.js';
import { parseTable } from './tables.js';
import type { XnatClient } from './xnatClient.js';

/**
 * Enabled series import filters of site and project, two requests at the same time. 404 means that there is none;
 * everything else that is no table is an error.
 */
export async function readSeriesFilters(
  client: XnatClient,
  project: string,
  signal?: AbortSignal,
): Promise<readonly ServerSeriesFilter[]> {
  assertLabel('project', project);
  const path = ['config', 'seriesImportFilter', 'config'] as const;
  const filters = await Promise.all([
    readFilter(client, 'site', pathOf('data', ...path), signal),
    readFilter(client, 'project', pathOf('data', 'projects', project, ...path), signal),
  ]);
  return filters.flat();
}

async function readFilter(
  client: XnatClient,
  origin: ServerSeriesFilter['origin'],
  path: string,
  signal: AbortSignal | undefined,
): Promise<readonly ServerSeriesFilter[]> {
  const request = {
    method: 'GET',
    path,
    query: { format: 'json' },
    what: 'read the series import filter',
  } as const;
  const { status, body } = await client.text(request, [200, 404], signal);
  if (status === 404) return [];
  return parseTable(body)
    .filter((row) => row.text('status') === 'enabled' && row.text('contents').trim() !== '')
    .map((row) => ({ origin, contents: row.text('contents') }));
}
