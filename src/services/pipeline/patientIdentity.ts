import type { PatientIdentity } from '../patients/types.js';

/** The patient ID as the pseudonym's hash sees it: padding and control characters at both ends do not count. */
export function patientKey(summary: PatientIdentity): string {
  return (summary.patientId ?? '').replace(/^[\u0000-\u0020]+|[\u0000-\u0020]+$/g, '');
}

/** The Issuer of Patient ID (0010,0021) for comparison: case, width and blanks make no other issuer. Empty when absent. */
export function issuerKey(summary: PatientIdentity): string {
  return plain(summary.issuerOfPatientId ?? '');
}

/**
 * Whether these objects of one patient ID contradict each other on issuer, birth date or name, so that they may be of
 * two people. A value that is missing contradicts nothing; spelling differences that are no difference are ignored.
 * @param issuerCounts where the issuer is part of the pseudonym, an object without one may be another patient's.
 */
export function contradictory(summaries: Iterable<PatientIdentity>, issuerCounts = false): boolean {
  const known = new Map<string, string>();
  for (const summary of summaries) {
    for (const [fact, value] of facts(summary)) {
      if (value === '' && !(issuerCounts && fact === 'issuer')) continue;
      const before = known.get(fact);
      if (before === undefined) known.set(fact, value);
      else if (before !== value) return true;
    }
  }
  return false;
}

/** What is compared of an identity, in the form in which it is. */
export function identityFacts(summary: PatientIdentity): readonly string[] {
  return facts(summary).map(([, value]) => value);
}

function facts(summary: PatientIdentity): [string, string][] {
  // Alphabetic, ideographic and phonetic writing of the name, compared each with its own kind (PS3.5 6.2.1).
  const names = (summary.patientName ?? '').split('=').map(plainName);
  return [
    ['issuer', issuerKey(summary)],
    ['birth date', (summary.patientBirthDate ?? '').replace(/\D/g, '')],
    ...names.map((name, group): [string, string] => [`name ${group}`, name]),
  ];
}

function plainName(group: string): string {
  return group.split('^').map(plain).join('^').replace(/\^+$/, '');
}

function plain(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, ' ').trim().toUpperCase();
}
