// What identifies the patient of the corpus and everybody around: texts that stand in the clinical objects.
import { patient, uidRoot } from './plan.js';

/** All words with "Planted" and "PLANT" are found by these two. */
export const clinicalIdentity: readonly string[] = [
  'lanted',
  'PLANT',
  'Forename',
  patient.id,
  patient.birthDate,
  patient.accession,
  'HN-OTHER-3321',
  'ST-5512',
  'RP-99123',
  'SP-99124',
  'PP-99125',
  'SERIAL-',
  'CASSETTE-',
  'DETECTOR-',
  'PLATE-',
  'AUTHOR-7',
  'PLACER-5512',
  'FILLER-5513',
  '087Y',
  '71.125',
  // Dates and times of the study, and when the dose was given.
  '20190304',
  '20190305',
  '20190101',
  '101500.125',
  '101112',
  '091500',
  'March 2019',
  // Every original UID.
  uidRoot,
];
