import { GiftCloudError } from '../support/errors.js';
import { status } from './wellKnown.js';

interface Meaning {
  readonly text: string;
  readonly hint: string;
  readonly retryable?: boolean;
}

const adminHint = 'Ask the administrator of the node what this AE title may do there.';

/** Failures of C-FIND, C-MOVE and C-GET (PS3.4 tables C.4-1 to C.4-3, PS3.7 C). */
const meanings: Readonly<Record<string, Meaning>> = {
  '0122': { text: 'does not offer this service', hint: 'Choose another information model, or C-GET in place of C-MOVE.' }, // prettier-ignore
  '0124': { text: 'does not allow this', hint: adminHint },
  a700: { text: 'is out of resources', hint: 'Search for less, or try again later.', retryable: true },
  a701: { text: 'could not count what to send', hint: 'Choose less, or try again later.', retryable: true },
  a702: {
    text: 'could not send',
    hint: 'Try again later, or use C-GET in place of C-MOVE.',
    retryable: true,
  },
  a801: {
    text: 'does not know our AE title as a destination',
    hint: 'Ask its administrator to enter our AE title, address and port, or use C-GET.',
  },
  a900: { text: 'did not understand the request', hint: 'Choose the other information model.' },
};

const unable: Meaning = {
  text: 'could not process the request',
  hint: 'Choose the other information model, or ask its administrator; for C-MOVE it has to know our AE title, address and port.',
};

/** What a status says. Comments of the node are never shown: they may name a patient. */
export function nodeRefused(code: number | undefined): GiftCloudError {
  const hex = hexStatus(code);
  const { text, hint, retryable } = meanings[hex] ?? unable;
  return new GiftCloudError('NODE_REFUSED', `The DICOM node ${text} (status ${hex}).`, {
    hint,
    ...(retryable !== undefined && { retryable }),
  });
}

/** The node accepted the association, and none of what we wanted of it. */
export function nodeOffersNot(what: string): GiftCloudError {
  return new GiftCloudError('NODE_REFUSED', `The DICOM node does not offer ${what}.`, {
    hint: 'Choose another information model or way to retrieve, or ask its administrator what this AE title may do there.',
  });
}

/** Four hexadecimal digits, as the standard writes them. */
export function hexStatus(code: number | undefined): string {
  return (code ?? 0).toString(16).padStart(4, '0');
}

/** Success, or a warning: what was asked for was done (PS3.7 C.1.2, C.1.3). */
export function isDone(code: number | undefined): boolean {
  return code === status.success || isWarning(code);
}

export function isWarning(code: number | undefined): boolean {
  return code === 0x0001 || code === 0x0107 || code === 0x0116 || (code !== undefined && code >>> 12 === 0xb);
}
