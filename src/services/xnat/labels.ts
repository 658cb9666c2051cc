import { GiftCloudError } from '../support/errors.js';

/**
 * Refuses a label before it reaches the server, which answers 500 (and uses up an accession number) for anything but
 * letters, digits, `_` and `-` (observed).
 * @throws INVALID_LABEL
 */
export function assertLabel(kind: string, label: string): void {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(label)) return;
  throw new GiftCloudError(
    'INVALID_LABEL',
    `This ${kind} can't be used: a name has 1 to 64 letters A-Z, digits, "_" and "-".`,
    {
      hint: `Choose a ${kind} without blanks, slashes, accents and other signs.`,
    },
  );
}

/**
 * Path below the server's address, each segment percent-encoded.
 * @throws INVALID_LABEL for a segment that would lead elsewhere: dots can't be encoded away (RFC 3986 6.2.2.3).
 */
export function pathOf(...segments: readonly string[]): string {
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    throw new GiftCloudError('INVALID_LABEL', 'A name in the path is empty or made of dots.', {
      hint: 'Give the names as the server lists them.',
    });
  }
  return `/${segments.map(encodeURIComponent).join('/')}`;
}
