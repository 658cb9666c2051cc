import type { ProfileName } from '../services/deid/types.js';
import { GiftCloudError } from '../services/support/errors.js';

/** Profiles of the contract that are still to come. */
const announced: ReadonlySet<string> = new Set(['research-mr', 'research-ct-pet', 'ultrasound']);

/** The profile of `--profile`; only `basic` can be run so far, the others and files are refused. */
export function readProfile(name: string | undefined): ProfileName {
  if (name === undefined || name === 'basic') return 'basic';
  // A name that is none of ours may be a path, which has no place in an error.
  const which = announced.has(name) ? `profile "${name}"` : 'profile of --profile';
  throw new GiftCloudError('PROFILE_NOT_AVAILABLE', `The de-identification ${which} is not available.`, {
    hint: 'Use --profile basic.',
  });
}
