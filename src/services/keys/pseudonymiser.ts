import { pseudonymOf, uidInRows } from '../subjects/pseudonyms.js';
import { GiftCloudError } from '../support/errors.js';
import { dateOffsetDays, keyedPseudonym, keyedUid } from './derive.js';
import { giftCloudScheme, type PseudonymScheme } from './scheme.js';

/** Who a patient is, as the files say it: never logged. */
export interface PatientKey {
  /** Issuer of Patient ID as `issuerKey` gives it; empty when there is none. */
  readonly issuer: string;
  readonly patientId: string;
}

/** Gives a patient and UIDs the names under which server and program speak about them. Pure: no state, no order. */
export interface Pseudonymiser {
  readonly scheme: PseudonymScheme;
  /** Whether the issuer is part of who a patient is, so that objects with and without one can't be told apart. */
  readonly issuerCounts: boolean;
  /** `2_25_<n>` */
  pseudonym(patient: PatientKey): string;
  /** `2_25_<n>` for a Study or Series Instance UID: the new UID of the files in the server's spelling. */
  uid(original: string): string;
  /** Whole days, -3650..-1; undefined without a key for dates. */
  dateOffsetDays(patient: PatientKey): number | undefined;
}

/** @param dateKey key of the date shifts, with either scheme. */
export function pseudonymiserOf(scheme: PseudonymScheme, dateKey?: Uint8Array): Pseudonymiser {
  const names =
    scheme.name === 'keyed'
      ? {
          pseudonym: ({ issuer, patientId }: PatientKey) =>
            keyedPseudonym(scheme.key, issuer, notBlank(patientId)),
          uid: (original: string) => uidInRows(keyedUid(scheme.key, notBlank(original))),
        }
      : { pseudonym: ({ patientId }: PatientKey) => hashed(patientId), uid: hashed };
  return {
    scheme,
    issuerCounts: scheme.name === 'keyed' || dateKey !== undefined,
    ...names,
    dateOffsetDays: ({ issuer, patientId }) =>
      dateKey && dateOffsetDays(dateKey, issuer, notBlank(patientId)),
  };
}

/** Names as existing servers have them, and no date shifts. */
export function giftCloudPseudonymiser(): Pseudonymiser {
  return pseudonymiserOf(giftCloudScheme);
}

function hashed(identifier: string): string {
  return pseudonymOf(identifier) ?? notBlank('');
}

/** Grouping has found that identifiers are not blank: all patients without one would become the same. */
function notBlank(identifier: string): string {
  if (/[^\u0000-\u0020]/.test(identifier)) return identifier;
  throw new GiftCloudError('INTERNAL', 'A blank identifier reached pseudonymisation.');
}
