import type { SampleIdentifier, SampleSeriesEntry } from './sampleManifest.js';
import type { SampleStudyFacts } from './sampleStudy.js';

/**
 * What identifies the patient of a study and must not be found in anything that leaves the program. Whole numbers and
 * words long enough to be unmistakable; dates stand with the patient's birth date only, study dates being common digits.
 */
export function identifiersOf(
  facts: SampleStudyFacts,
  series: readonly SampleSeriesEntry[],
): readonly SampleIdentifier[] {
  const { patient } = facts;
  const people = [patient.referrer, patient.radiologist, patient.operator, patient.birthName];
  const found: SampleIdentifier[] = [
    ...nameParts('patient name', patient.name),
    ...people.flatMap((name) => nameParts('other name', name)),
    { label: 'patient ID', text: patient.id },
    { label: 'other patient ID', text: patient.otherId },
    { label: 'birth date', text: patient.birthDate },
    { label: 'address', text: patient.address },
    { label: 'telephone', text: patient.phone },
    { label: 'accession number', text: facts.accession },
    { label: 'institution', text: patient.institution },
    { label: 'station', text: facts.station },
    { label: 'study UID', text: facts.studyUid },
    ...series.map((one) => ({ label: 'series UID', text: one.seriesInstanceUid })),
    ...series.flatMap((one) => one.sopInstanceUids.map((text) => ({ label: 'instance UID', text }))),
  ];
  return [...new Map(found.map((one) => [one.text, one])).values()];
}

/** Family names of each spelling, and given names of four letters or more: shorter ones occur by chance. */
function nameParts(label: string, name: string): SampleIdentifier[] {
  return name.split('=').flatMap((spelling) => {
    const [family = '', given = ''] = spelling.split('^');
    return [family, given]
      .filter((part) => Buffer.byteLength(part, 'utf8') >= 5)
      .map((text) => ({ label, text }));
  });
}
