import { GiftCloudError, systemErrorCode, toGiftCloudError } from '../services/support/errors.js';

/**
 * Anything thrown as the error that is shown. Of an error that nobody foresaw its kind and place are told, never its text,
 * which may hold a file name.
 */
export function failureOf(thrown: unknown): GiftCloudError {
  const error = toGiftCloudError(thrown);
  if (error.code !== 'INTERNAL') return error;
  const { name = 'unknown', stack = '' } = error.cause instanceof Error ? error.cause : {};
  const place = /([\w.-]+\.js:\d+:\d+)\)?$/m.exec(stack)?.[1];
  const told = [name, systemErrorCode(error.cause), place && `at ${place}`].filter(Boolean).join(' ');
  return new GiftCloudError('INTERNAL', error.message, {
    hint: `Repeat the action; if it fails again, report this: ${told}`,
    cause: error.cause,
  });
}
