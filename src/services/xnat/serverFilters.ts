import type { ServerSeriesFilter } from './archive.js';
import { enabledConfigs } from './enabledConfigs.js';
import { assertLabel, pathOf } from './labels.js';
import type { XnatClient } from './xnatClient.js';

/** Enabled series import filters of site and project, two requests at the same time. */
export async function readSeriesFilters(
  client: XnatClient,
  project: string,
  signal?: AbortSignal,
): Promise<readonly ServerSeriesFilter[]> {
  assertLabel('project', project);
  const config = ['config', 'seriesImportFilter', 'config'] as const;
  const read = async (
    origin: ServerSeriesFilter['origin'],
    path: string,
  ): Promise<readonly ServerSeriesFilter[]> => {
    const texts = await enabledConfigs(client, { path, what: 'read the series import filter' }, signal);
    return texts.map((contents) => ({ origin, contents }));
  };
  const filters = await Promise.all([
    read('site', pathOf('data', ...config)),
    read('project', pathOf('data', 'projects', project, ...config)),
  ]);
  return filters.flat();
}
