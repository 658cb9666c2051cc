// Who and what the corpus is about: one patient, one study, and the UIDs that its objects refer to each other by.
import { crc32 } from 'node:zlib';

export const uidRoot = '1.2.826.0.1.3680043.10.999.77.';

/** Original UIDs; every object of the corpus uses these and no others. */
export const uids = {
  study: `${uidRoot}1`,
  frameOfReference: `${uidRoot}2`,
  dimensions: `${uidRoot}3`,
  series: (name: string): string => `${uidRoot}4.${numberOf(name)}`,
  instance: (name: string): string => `${uidRoot}5.${numberOf(name)}`,
  /** Anything else that has a UID: devices, fiducials, observations. */
  other: (name: string): string => `${uidRoot}6.${numberOf(name)}`,
} as const;

function numberOf(name: string): string {
  return String(crc32(name));
}

export const patient = {
  name: 'Plantedname^Forename^Middle',
  id: 'HN-4471193',
  birthDate: '19310417',
  accession: 'ACC-889123',
} as const;

export const sopClasses = {
  ct: '1.2.840.10008.5.1.4.1.1.2',
  enhancedCt: '1.2.840.10008.5.1.4.1.1.2.1',
  mr: '1.2.840.10008.5.1.4.1.1.4',
  enhancedMr: '1.2.840.10008.5.1.4.1.1.4.1',
  pet: '1.2.840.10008.5.1.4.1.1.128',
  nm: '1.2.840.10008.5.1.4.1.1.20',
  cr: '1.2.840.10008.5.1.4.1.1.1',
  dx: '1.2.840.10008.5.1.4.1.1.1.1',
  mg: '1.2.840.10008.5.1.4.1.1.1.2',
  rtImage: '1.2.840.10008.5.1.4.1.1.481.1',
  rtDose: '1.2.840.10008.5.1.4.1.1.481.2',
  rtStructureSet: '1.2.840.10008.5.1.4.1.1.481.3',
  rtPlan: '1.2.840.10008.5.1.4.1.1.481.5',
  segmentation: '1.2.840.10008.5.1.4.1.1.66.4',
  parametricMap: '1.2.840.10008.5.1.4.1.1.30',
  presentationState: '1.2.840.10008.5.1.4.1.1.11.1',
  basicTextReport: '1.2.840.10008.5.1.4.1.1.88.11',
  comprehensiveReport: '1.2.840.10008.5.1.4.1.1.88.33',
  keyObjects: '1.2.840.10008.5.1.4.1.1.88.59',
  pdf: '1.2.840.10008.5.1.4.1.1.104.1',
  cda: '1.2.840.10008.5.1.4.1.1.104.2',
  ecg: '1.2.840.10008.5.1.4.1.1.9.1.1',
  registration: '1.2.840.10008.5.1.4.1.1.66.1',
  rawData: '1.2.840.10008.5.1.4.1.1.66',
} as const;
