import { patientKey } from '../pipeline/patientIdentity.js';
import { uidInRows } from '../subjects/pseudonyms.js';
import type { KnownPatient } from './types.js';

/**
 * Patients that go by this subject label, pseudonym (`2_25_<n>` or `2.25.<n>`) or patient ID: the whole of it, upper and lower
 * case apart. Several when projects or servers share it.
 */
export function patientsBy(term: string, patients: readonly KnownPatient[]): readonly KnownPatient[] {
  const wanted = folded(term);
  if (wanted === '') return [];
  return patients.filter(
    ({ subject, pseudonym, identities }) =>
      folded(subject) === wanted ||
      pseudonym === uidInRows(term.trim()) ||
      identities.some((identity) => folded(patientKey(identity)) === wanted),
  );
}

function folded(text: string): string {
  return text.normalize('NFKC').trim().toUpperCase();
}
