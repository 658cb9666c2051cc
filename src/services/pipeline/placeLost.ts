import { GiftCloudError } from '../support/errors.js';

/** How often a place may turn out to belong to somebody else before a series gives up. */
export const placesToTry = 5;

/** Where a series was to go belongs to somebody else now: it starts again with another place. */
export class PlaceLost extends GiftCloudError {
  constructor(readonly dataSent: boolean) {
    super('MAPPING_CHANGED', 'The place of a series on the server went to another program.', {
      hint: 'Repeat the action when fewer uploads run at the same time.',
      retryable: true,
    });
  }
}

/** Not `instanceof`, which takes any `GiftCloudError` for one. */
export function isPlaceLost(error: unknown): error is PlaceLost {
  return GiftCloudError.is(error, 'MAPPING_CHANGED') && 'dataSent' in error;
}
