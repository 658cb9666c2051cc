import type { PlacedStudy } from '../../src/services/patients/types.js';

export const server = 'https://xnat.example.org';

/** A made-up patient of that number with a study; everything that identifies says `PLANTED`. */
export function placedStudy(number: number, change: Partial<PlacedStudy> = {}): PlacedStudy {
  const subject = `AutoUploadSubject${String(number).padStart(5, '0')}`;
  return {
    server,
    project: 'BRAIN',
    pseudonym: `2_25_${number}`,
    subject,
    identity: {
      patientName: `PLANTEDNAME^Number${number}`,
      patientId: `PLANTEDID-${number}`,
      issuerOfPatientId: undefined,
      patientBirthDate: '19700101',
    },
    studyUid: `2_25_${number}000`,
    experiment: `${subject}-Study1`,
    studyDate: '20240229',
    accessionNumber: `PLANTEDACC-${number}`,
    ...change,
  };
}
