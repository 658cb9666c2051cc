import { basicProfile } from '../../../src/services/deid/profiles/presets.js';
import type { ProfileOption } from '../../../src/services/deid/profiles/options.js';
import type { Profile } from '../../../src/services/deid/profiles/profile.js';
import { knownSafePrivate } from '../../../src/services/deid/profiles/safePrivate.js';

/** A profile with these options and nothing else. */
export function withOptions(...options: readonly ProfileOption[]): Profile {
  return {
    ...basicProfile,
    name: 'test',
    title: 'Test',
    options,
    safePrivate: options.includes('retainSafePrivate') ? knownSafePrivate : [],
  };
}
