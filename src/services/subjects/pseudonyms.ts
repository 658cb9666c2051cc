import { createHash } from 'node:crypto';

/**
 * The hash of GIFT-Cloud: SHA-1 of the bytes of the trimmed text, UTF-8 unless told otherwise, its first 16 bytes shaped
 * as a version 5 UUID, as a decimal number. No key: whoever can guess the text can test the guess (docs/privacy.md).
 */
function hashNumber(text: string, encoding: 'utf8' | 'latin1' = 'utf8'): string {
  const digest = createHash('sha1').update(text, encoding).digest();
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x50;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  return BigInt(`0x${digest.toString('hex', 0, 16)}`).toString(10);
}

/** Java's `trim`, as the original client does: every character up to U+0020 at both ends. */
function javaTrim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 0x20) start++;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--;
  return text.slice(start, end);
}

/**
 * Pseudonym of a Patient ID, or hash of a Study or Series Instance UID, as the GIFT-Cloud server keeps it: `2_25_<n>`.
 * Undefined for a blank text: nothing can be looked up by it.
 * @param encoding `latin1` as the original client has it on Windows; never for anything new.
 */
export function pseudonymOf(text: string, encoding?: 'utf8' | 'latin1'): string | undefined {
  const trimmed = javaTrim(text);
  return trimmed === '' ? undefined : `2_25_${hashNumber(trimmed, encoding)}`;
}

/** Whether a UID has the form in which both schemes write new ones. Others write such UIDs, too (PS3.5 B.2): no proof alone. */
export function hasFormOfNewUid(uid: string): boolean {
  return /^2\.25\.\d+$/.test(uid);
}

/** A new UID in the spelling of the server's rows: `2_25_<n>` for `2.25.<n>`. */
export function uidInRows(uid: string): string {
  return uid.replaceAll('.', '_');
}

/** New UID for an old one in the scheme `gift-cloud`: the same number as a UID, `2.25.<n>` (PS3.5 B.2). */
export function hashedUid(uid: string): string {
  return `2.25.${hashNumber(javaTrim(uid))}`;
}

/** `hashUID` of DicomEdit: the same hash of a text as it is, blanks included, as a UID. */
export function hashedText(text: string): string {
  return `2.25.${hashNumber(text)}`;
}
