// Modules of PS3.3 that many objects share, with the identity that real ones carry.
import type { DataSet } from './keywords.js';
import { patient, uids } from './plan.js';

export function code(value: string, scheme: string, meaning: string): DataSet {
  return { CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning };
}

export function reference(sopClass: string, instance: string): DataSet {
  return { ReferencedSOPClassUID: sopClass, ReferencedSOPInstanceUID: uids.instance(instance) };
}

/** An item of the content tree of a report (PS3.3 C.17.3). */
export function item(relation: string, type: string, name: DataSet, more: DataSet): DataSet {
  return { RelationshipType: relation, ValueType: type, ConceptNameCodeSequence: [name], ...more };
}

/** Patient, General Study, General Series, General Equipment and SOP Common (PS3.3 C.7.1.1, C.7.2.1, C.7.3.1, C.7.5.1, C.12.1). */
export function general(name: string, sopClass: string, modality: string, series = modality): DataSet {
  return {
    SpecificCharacterSet: 'ISO_IR 100',
    InstanceCreationDate: '20190304',
    InstanceCreationTime: '101112',
    SOPClassUID: sopClass,
    SOPInstanceUID: uids.instance(name),
    StudyDate: '20190304',
    SeriesDate: '20190304',
    StudyTime: '101500.125',
    SeriesTime: '101501.25',
    AccessionNumber: patient.accession,
    Modality: modality,
    Manufacturer: 'Phantom Works',
    InstitutionName: 'Plantedhospital St. Elsewhere',
    InstitutionAddress: '1 Plantedstreet',
    ReferringPhysicianName: 'Plantedreferrer^Rita',
    StationName: 'PLANTSTAT1',
    StudyDescription: 'Plantedstudytext knee',
    SeriesDescription: 'Plantedseriestext',
    PerformingPhysicianName: 'Plantedperformer^Paul',
    OperatorsName: 'Plantedoperator^Olga',
    ManufacturerModelName: 'Model 5',
    ReferencedStudySequence: [
      { ReferencedSOPClassUID: '1.2.840.10008.3.1.2.3.1', ReferencedSOPInstanceUID: uids.study },
    ],
    PatientName: patient.name,
    PatientID: patient.id,
    PatientBirthDate: patient.birthDate,
    PatientSex: 'F',
    OtherPatientIDsSequence: [{ PatientID: 'HN-OTHER-3321', TypeOfPatientID: 'TEXT' }],
    PatientAge: '087Y',
    PatientWeight: '71.125',
    PatientComments: 'Plantedcomment about the patient',
    DeviceSerialNumber: 'SERIAL-77123',
    SoftwareVersions: 'VB17',
    ProtocolName: 'Plantedprotocol',
    StudyInstanceUID: uids.study,
    SeriesInstanceUID: uids.series(series),
    StudyID: 'ST-5512',
    SeriesNumber: '3',
    InstanceNumber: '1',
    RequestAttributesSequence: [
      {
        RequestedProcedureID: 'RP-99123',
        ScheduledProcedureStepID: 'SP-99124',
        RequestedProcedureDescription: 'Plantedprocedure',
      },
    ],
    PerformedProcedureStepStartDate: '20190304',
    PerformedProcedureStepStartTime: '101400',
    PerformedProcedureStepID: 'PP-99125',
    PerformedProcedureStepDescription: 'Plantedstep',
  };
}

/** Equipment and times that enhanced and derived objects must have (PS3.3 C.7.5.2, C.12.1). */
export const content: DataSet = { ContentDate: '20190304', ContentTime: '101601.5' };

export function frameOfReference(): DataSet {
  return { FrameOfReferenceUID: uids.frameOfReference, PositionReferenceIndicator: '' };
}

/** Image Pixel for monochrome images (PS3.3 C.7.6.3); a pattern, so that any shift shows. */
export function pixels(rows: number, columns: number, frames = 1, bits: 8 | 16 = 16): DataSet {
  const count = rows * columns * frames;
  const stored = bits === 16 ? 12 : 8;
  const samples = Array.from({ length: count }, (_, index) => (index * 37) % (1 << stored));
  return {
    SamplesPerPixel: [1],
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: [rows],
    Columns: [columns],
    BitsAllocated: [bits],
    BitsStored: [stored],
    HighBit: [stored - 1],
    PixelRepresentation: [0],
    PixelData: bits === 16 ? samples : Buffer.from(count % 2 ? [...samples, 0] : samples),
  };
}

/** Image Plane (PS3.3 C.7.6.2) of slice `index`. */
export function plane(index: number): DataSet {
  return {
    ImagePositionPatient: `-120\\-120\\${index * 2.5}`,
    ImageOrientationPatient: '1\\0\\0\\0\\1\\0',
    SliceThickness: '2.5',
    PixelSpacing: '0.5\\0.5',
  };
}

export function generalImage(imageType: string): DataSet {
  return {
    ImageType: imageType,
    ...content,
    AcquisitionDate: '20190304',
    AcquisitionTime: '101600.5',
    ImageComments: 'Plantedimagecomment',
    PatientOrientation: '',
    AcquisitionNumber: '1',
  };
}
