import type { Profile } from './profile.js';
import { basicProfile, presetProfile } from './presets.js';
import { readProfileFile } from './profileFile.js';

/**
 * The profile that a name or a path of a file stands for; `basic` for nothing at all. A text that is no name of a preset
 * is a path: a misspelled name finds no file, and never another profile.
 * @throws PROFILE_NOT_AVAILABLE, USAGE as `readProfileFile` does.
 */
export async function resolveProfile(nameOrPath: string | undefined): Promise<Profile> {
  if (nameOrPath === undefined) return basicProfile;
  return presetProfile(nameOrPath) ?? (await readProfileFile(nameOrPath));
}
