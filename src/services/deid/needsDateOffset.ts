import type { ProfileName } from './types.js';

/** Whether a profile moves dates (PS3.15 E.3.6, Modified Dates), so that it needs a key. `basic` removes them. */
export function needsDateOffset(profile: ProfileName): boolean {
  return profile !== 'basic';
}
