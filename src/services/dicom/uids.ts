/** Dots and digits, at most 64 characters, no leading zero in a component (PS3.5 9.1). */
export function isUid(text: string): boolean {
  return text.length <= 64 && /^[0-2](?:\.(?:0|[1-9]\d*))+$/.test(text);
}

/** All that PS3.6 annex A registers has short numbers; a date or a counter behind the root was made by a borrower of it. */
const registeredForm = /^1\.2\.840\.10008(?:\.\d{1,4}){1,10}$/;

/**
 * UIDs that name things of the standard and not of a patient, and so stay as they are: those of the DICOM root
 * (PS3.6 annex A) and the coding schemes that PS3.16 table 8-1 registers.
 */
export function isRegisteredUid(uid: string): boolean {
  return isUid(uid) && (registeredForm.test(uid) || codingSchemes.has(uid));
}

/** Coding Scheme UIDs of PS3.16 table 8-1 outside the DICOM root. */
const codingSchemes: ReadonlySet<string> = new Set([
  '2.16.840.1.113883.3.26.1.1', // NCIt
  '2.16.840.1.113883.6.1', // LN
  '2.16.840.1.113883.6.2', // I9C
  '2.16.840.1.113883.6.3', // I10
  '2.16.840.1.113883.6.4', // I10P
  '2.16.840.1.113883.6.8', // UCUM
  '2.16.840.1.113883.6.12', // C4
  '2.16.840.1.113883.6.24', // MDC
  '2.16.840.1.113883.6.43.1', // ICDO3
  '2.16.840.1.113883.6.88', // RXNORM
  '2.16.840.1.113883.6.90', // I10C
  '2.16.840.1.113883.6.96', // SCT
  '2.16.840.1.113883.6.103', // I9C
  '2.16.840.1.113883.6.119', // FMA
  '2.16.840.1.113883.6.121', // RFC3066
  '2.16.840.1.113883.6.256', // RADLEX
]);
