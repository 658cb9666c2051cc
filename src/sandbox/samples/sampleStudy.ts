import type { SampleDataSet } from './dicomFile.js';
import type { SamplePatient } from './samplePatients.js';

/** Root of all UIDs of the samples: a place under a root for such uses, with a number nobody was given. */
const UID_ROOT = '1.2.826.0.1.3680043.10.90210';

export interface SampleStudyFacts {
  readonly patient: SamplePatient;
  readonly studyUid: string;
  /** YYYYMMDD and HHMMSS. */
  readonly date: string;
  readonly time: string;
  readonly accession: string;
  readonly studyId: string;
  readonly description: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly station: string;
}

export interface SampleSeriesFacts {
  readonly number: number;
  readonly description: string;
  readonly protocol?: string;
}

/** The UID of a thing of this study: digits of patient, date and time, as many scanners make them. */
export function sampleUid(
  study: Pick<SampleStudyFacts, 'patient' | 'date' | 'time'>,
  ...path: number[]
): string {
  return [UID_ROOT, study.patient.number, study.date, Number(study.time), ...path].join('.');
}

export function study(facts: Omit<SampleStudyFacts, 'studyUid'>): SampleStudyFacts {
  return { ...facts, studyUid: sampleUid(facts, 1) };
}

export function seriesUid(facts: SampleStudyFacts, series: number): string {
  return sampleUid(facts, 2, series);
}

export function instanceUid(facts: SampleStudyFacts, series: number, instance: number): string {
  return sampleUid(facts, 3, series, instance);
}

/** Patient, study, series and equipment attributes of one instance: everything a hospital writes besides the image. */
export function commonAttributes(
  facts: SampleStudyFacts,
  series: SampleSeriesFacts,
  instance: number,
): SampleDataSet {
  const { patient, date, time } = facts;
  return {
    SpecificCharacterSet: patient.encoding.characterSet,
    InstanceCreationDate: date,
    InstanceCreationTime: time,
    SOPInstanceUID: instanceUid(facts, series.number, instance),
    StudyInstanceUID: facts.studyUid,
    SeriesInstanceUID: seriesUid(facts, series.number),
    StudyDate: date,
    SeriesDate: date,
    ContentDate: date,
    StudyTime: time,
    SeriesTime: `${time}.${String(series.number).padStart(3, '0')}`,
    ContentTime: `${time}.${String(instance).padStart(3, '0')}`,
    AccessionNumber: facts.accession,
    Manufacturer: facts.manufacturer,
    InstitutionName: patient.institution,
    InstitutionAddress: patient.institutionAddress,
    ReferringPhysicianName: patient.referrer,
    StationName: facts.station,
    StudyDescription: facts.description,
    SeriesDescription: series.description,
    PhysiciansOfRecord: patient.referrer,
    PerformingPhysicianName: patient.radiologist,
    NameOfPhysiciansReadingStudy: patient.radiologist,
    OperatorsName: patient.operator,
    ManufacturerModelName: facts.model,
    PatientName: patient.name,
    PatientID: patient.id,
    IssuerOfPatientID: patient.issuer,
    PatientBirthDate: patient.birthDate,
    PatientSex: patient.sex,
    OtherPatientIDsSequence: [
      { PatientID: patient.otherId, IssuerOfPatientID: 'NATIONAL', TypeOfPatientID: 'TEXT' },
    ],
    PatientAge: patient.age,
    PatientSize: '1.71',
    PatientWeight: '68',
    PatientAddress: patient.address,
    PatientMotherBirthName: patient.birthName,
    PatientTelephoneNumbers: patient.phone,
    DeviceSerialNumber: `SN${42000 + patient.number}`,
    SoftwareVersions: 'phantom 1.0',
    StudyID: facts.studyId,
    SeriesNumber: String(series.number),
    ...(series.protocol && { ProtocolName: series.protocol }),
  };
}

/** What the order and the archive added: request attributes and the values before a correction (PS3.3 C.12.1.1.9). */
export function orderAttributes(facts: SampleStudyFacts, misspeltName: string): SampleDataSet {
  const { patient } = facts;
  return {
    RequestingPhysician: patient.referrer,
    RequestedProcedureDescription: facts.description,
    PerformedProcedureStepStartDate: facts.date,
    PerformedProcedureStepStartTime: facts.time,
    PerformedProcedureStepID: `PPS${facts.accession}`,
    RequestAttributesSequence: [
      {
        RequestedProcedureID: `RP${facts.accession}`,
        ScheduledProcedureStepID: `SPS${facts.accession}`,
        ScheduledProcedureStepDescription: `${facts.description} ${familyName(patient)}`,
      },
    ],
    OriginalAttributesSequence: [
      {
        AttributeModificationDateTime: `${facts.date}${facts.time}`,
        ModifyingSystem: 'PACS',
        SourceOfPreviousValues: patient.institution,
        ReasonForTheAttributeModification: 'CORRECT',
        ModifiedAttributesSequence: [{ PatientName: misspeltName, PatientID: `TEMP${patient.otherId}` }],
      },
    ],
  };
}

/** Family name in the first spelling. */
export function familyName(patient: SamplePatient): string {
  return patient.name.split(/[\^=]/)[0] ?? '';
}

/** Name as a person reads it: given name first, in the first spelling. */
export function plainName(patient: SamplePatient): string {
  const [family = '', given = ''] = (patient.name.split('=')[0] ?? '').split('^');
  return `${given} ${family}`;
}
