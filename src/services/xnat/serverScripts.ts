import type { ServerScript } from './archive.js';
import { enabledConfigs } from './enabledConfigs.js';
import { assertLabel, pathOf } from './labels.js';
import type { XnatClient } from './xnatClient.js';

/** Enabled, non-blank anonymisation scripts of site and project, two requests. A fresh site has one (observed). */
export async function readEnabledScripts(
  client: XnatClient,
  project: string,
  signal?: AbortSignal,
): Promise<readonly ServerScript[]> {
  assertLabel('project', project);
  const what = 'read the anonymisation script';
  // The site's is readable by everybody: it may open the session.
  const ofSite = { path: '/data/config/anon/script', what, opensSession: true } as const;
  const ofProject = {
    path: pathOf('data', 'projects', project, 'config', 'anon', 'projects', project),
    what,
  };
  const site = await enabledConfigs(client, ofSite, signal);
  const own = await enabledConfigs(client, ofProject, signal);
  return [
    ...site.map((text) => ({ origin: 'site' as const, text })),
    ...own.map((text) => ({ origin: 'project' as const, text })),
  ];
}
