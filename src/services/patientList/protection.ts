import { encrypt } from 'officecrypto-tool';
import { GiftCloudError } from '../support/errors.js';

/** First bytes of an encrypted workbook (MS-CFB 2.2) and of a plain one (a zip). */
const encryptedMagic = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const plainMagic = Buffer.from('PK\u0003\u0004', 'latin1');

/** Characters of a password (Excel). */
export const longestPassword = 255;

/**
 * Encrypts a workbook as Excel does: agile encryption, AES-256, SHA-512 with 100,000 rounds (MS-OFFCRYPTO 2.3.4.10). Takes
 * about a second of the calling thread.
 */
export function protect(workbook: Buffer, password: string): Buffer {
  return encrypt(workbook, { password });
}

/** What the first bytes of a file say about it. */
export function kindOf(bytes: Buffer): 'plain' | 'protected' | 'other' {
  if (bytes.subarray(0, encryptedMagic.length).equals(encryptedMagic)) return 'protected';
  return bytes.subarray(0, plainMagic.length).equals(plainMagic) ? 'plain' : 'other';
}

export function passwordNeeded(): GiftCloudError {
  return new GiftCloudError(
    'LIST_PASSWORD_NEEDED',
    'The patient list is protected, and there is no password.',
    {
      hint: 'Give its password. Without one nothing is written: the list would be readable for everybody.',
    },
  );
}
