import { createHash } from 'node:crypto';
import { ctSlices } from './ctVolume.js';
import { encodeFile, type SampleDataSet } from './dicomFile.js';
import { mrSlices } from './mrVolume.js';

const SLICES = 4;

export interface SeedInstance {
  readonly name: string;
  readonly bytes: Buffer;
  readonly dataSet: SampleDataSet;
}

/**
 * A small series as GIFT-Cloud archives it: subject label as Patient's Name, experiment label as Patient ID, new UIDs,
 * no dates. With these the sandbox fills its demo projects; the same arguments give the same bytes.
 */
export function seedInstances(
  kind: 'ct' | 'mr',
  subjectLabel: string,
  experimentLabel: string,
  studyIndex: number,
): SeedInstance[] {
  const uid = (what: string): string =>
    hashedUid([kind, subjectLabel, experimentLabel, studyIndex, what].join('/'));
  const seed = 7000 + studyIndex * 13 + subjectLabel.length;
  const frameOfReferenceUid = uid('frame of reference');
  const slices =
    kind === 'ct'
      ? ctSlices({ slices: SLICES, matrix: 128, seed, frameOfReferenceUid })
      : mrSlices({ contrast: 't1', slices: SLICES, matrix: 128, seed, sliceMm: 8, frameOfReferenceUid });
  return Array.from(slices, (slice, index) => {
    const sopInstanceUid = uid(`instance ${index}`);
    const dataSet: SampleDataSet = {
      ...slice,
      SpecificCharacterSet: 'ISO_IR 100',
      SOPInstanceUID: sopInstanceUid,
      StudyInstanceUID: uid('study'),
      SeriesInstanceUID: uid('series'),
      StudyDate: '',
      StudyTime: '',
      ContentDate: '',
      ContentTime: '',
      AccessionNumber: '',
      Manufacturer: '',
      ReferringPhysicianName: '',
      PatientName: subjectLabel,
      PatientID: experimentLabel,
      PatientBirthDate: '',
      PatientSex: '',
      PatientIdentityRemoved: 'YES',
      DeidentificationMethod: 'GIFT-Cloud sandbox: made from a phantom',
      DeidentificationMethodCodeSequence: [
        {
          CodeValue: '113100',
          CodingSchemeDesignator: 'DCM',
          CodeMeaning: 'Basic Application Confidentiality Profile',
        },
      ],
      StudyID: '',
      SeriesNumber: '1',
      SeriesDescription: kind === 'ct' ? 'Head' : 'T1',
    };
    return { name: `${sopInstanceUid}.dcm`, bytes: encodeFile(dataSet), dataSet };
  });
}

/** `2.25.` and 128 bits of a hash as a decimal number (PS3.5 B.2). */
export function hashedUid(text: string): string {
  const bits = createHash('sha256').update(text).digest('hex').slice(0, 32);
  return `2.25.${BigInt(`0x${bits}`)}`;
}
