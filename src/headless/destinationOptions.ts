import { resolveProfile } from '../services/deid/profiles/resolveProfile.js';
import type { SpoolDestination } from '../services/spool/types.js';
import { checkedPrefix } from '../services/subjects/labels.js';
import { assertLabel } from '../services/xnat/labels.js';
import type { Options, OptionTable } from './options.js';
import { profileOption } from './profileOption.js';

/** Options of the commands that upload: where to, and as what. */
export const destinationOptions: OptionTable = {
  project: { type: 'string', value: 'P', help: 'project to upload into' },
  profile: profileOption,
  'subject-prefix': {
    type: 'string',
    value: 'S',
    help: 'first part of new subject labels (AutoUploadSubject)',
  },
};

/** What they say; server and user are those of the archive. @throws USAGE, INVALID_LABEL, PROFILE_NOT_AVAILABLE */
export async function readDestination(options: Options): Promise<Omit<SpoolDestination, 'server' | 'user'>> {
  const project = options.required('project');
  assertLabel('project', project);
  const prefix = options.text('subject-prefix');
  return {
    project,
    profile: await resolveProfile(options.text('profile')),
    ...(prefix !== undefined && { subjectPrefix: checkedPrefix(prefix) }),
  };
}
