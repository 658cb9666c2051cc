import type { Services } from '../services/createServices.js';
import type { SpoolDestination } from '../services/spool/types.js';
import type { Settings } from './settings.js';

/** Where data goes that comes over the network, as the settings are now. @throws PROFILE_NOT_AVAILABLE */
export async function destinationIn(
  { server, user, project }: Pick<SpoolDestination, 'server' | 'user' | 'project'>,
  services: Services,
  settings: Settings,
): Promise<SpoolDestination> {
  const profile = await services.readProfile(settings.profile);
  return { server, user, project, profile, ...settings.subjectPrefix(project) };
}
