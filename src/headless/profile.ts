import type { ProfileName } from '../services/deid/types.js';
import { GiftCloudError } from '../services/support/errors.js';

/** The profile of `--profile`; only `basic` can be run so far, the others are named but refused. */
export function readProfile(name: string | undefined): ProfileName {
  if (name === undefined || name === 'basic') return 'basic';
  throw new GiftCloudError(
    'PROFILE_NOT_AVAILABLE',
    `The de-identification profile "${name}" is not available.`,
    {
      hint: 'Use --profile basic.',
    },
  );
}
