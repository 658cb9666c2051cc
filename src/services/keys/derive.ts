import { createHmac } from 'node:crypto';

/** Bytes of a project key. */
export const keyLength = 32;

/** Longest date shift in days: ten years (HIPAA names no number; design: -3650..-1). */
const longestOffset = 3650;

/** What a derived value is for. The names are part of every value: a changed one would break all archives. */
type Purpose = 'key id' | 'uid' | 'patient' | 'date offset';

/**
 * HMAC-SHA-256 (RFC 2104) with the project key over the purpose and the parts, each behind its length in bytes: no value
 * of one purpose says anything about another, and no two lists of parts give the same bytes.
 */
function derived(key: Uint8Array, purpose: Purpose, parts: readonly string[]): Buffer {
  const hmac = createHmac('sha256', key);
  for (const part of [`gift-cloud ${purpose} 1`, ...parts]) {
    const bytes = Buffer.from(part, 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hmac.update(length).update(bytes);
  }
  return hmac.digest();
}

/** The first 128 bits as a decimal number, as a UID below 2.25 has it. */
function number128(digest: Buffer): string {
  return BigInt(`0x${digest.toString('hex', 0, 16)}`).toString(10);
}

/** Padding and control characters at both ends do not belong to an identifier (PS3.5 6.2). */
function trimmed(text: string): string {
  return text.replace(/^[\u0000-\u0020]+|[\u0000-\u0020]+$/g, '');
}

/** Fingerprint of a key: 16 hex digits that say which key it is and nothing about its value. */
export function keyIdOf(key: Uint8Array): string {
  return derived(key, 'key id', []).toString('hex', 0, 8);
}

/** New UID for an old one in the scheme `keyed`: `2.25.<n>`, a pure function of key and old UID (design: safety, 2). */
export function keyedUid(key: Uint8Array, uid: string): string {
  return `2.25.${number128(derived(key, 'uid', [trimmed(uid)]))}`;
}

/**
 * Pseudonym of a patient in the scheme `keyed`, in the form that the server keeps: `2_25_<n>`.
 * @param issuer Issuer of Patient ID as `issuerKey` gives it, empty when there is none: the same ID of two issuers is two
 *   patients.
 */
export function keyedPseudonym(key: Uint8Array, issuer: string, patientId: string): string {
  return `2_25_${number128(derived(key, 'patient', [issuer, trimmed(patientId)]))}`;
}

/**
 * Whole days by which all dates of one patient move, -3650..-1 (PS3.15 E.3.6, Modified Dates: the same for all of a
 * patient). Never derived from the pseudonym, which others can see.
 * @param issuer as in `keyedPseudonym`.
 */
export function dateOffsetDays(key: Uint8Array, issuer: string, patientId: string): number {
  const digest = derived(key, 'date offset', [issuer, trimmed(patientId)]);
  return -1 - (digest.readUIntBE(0, 6) % longestOffset);
}
