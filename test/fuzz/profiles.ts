import { profileOptions } from '../../src/services/deid/profiles/options.js';
import { presetNames, presetProfile } from '../../src/services/deid/profiles/presets.js';
import type { Profile } from '../../src/services/deid/profiles/profile.js';
import { knownSafePrivate } from '../../src/services/deid/profiles/safePrivate.js';

function withOptions(name: string, without: string): Profile {
  const options = profileOptions.filter((option) => option !== without);
  return { name, title: name, options, safePrivate: knownSafePrivate, documents: 'replace' };
}

/** The presets, and all options together, with dates that stay and with dates that move. */
export const fuzzedProfiles: readonly Profile[] = [
  ...presetNames.map(presetProfile).filter((profile) => profile !== undefined),
  withOptions('full dates', 'retainModifiedDates'),
  withOptions('modified dates', 'retainFullDates'),
];
