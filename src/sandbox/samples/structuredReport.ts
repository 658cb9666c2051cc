import type { SampleDataSet } from './dicomFile.js';
import { plainName, seriesUid, type SampleStudyFacts } from './sampleStudy.js';

export interface ReportedImage {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

/** A signed radiology report on some images, in words that name the patient: a Basic Text SR (PS3.3 A.35.1). */
export function basicTextReport(
  facts: SampleStudyFacts,
  imageSeries: number,
  images: readonly ReportedImage[],
): SampleDataSet {
  const { patient, date, time } = facts;
  const references = images.map(reference);
  return {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.11',
    Modality: 'SR',
    InstanceNumber: '1',
    ReferencedPerformedProcedureStepSequence: [],
    CompletionFlag: 'COMPLETE',
    VerificationFlag: 'VERIFIED',
    VerifyingObserverSequence: [
      {
        VerifyingObserverName: patient.radiologist,
        VerifyingOrganization: patient.institution,
        VerificationDateTime: `${date}${time}`,
        VerifyingObserverIdentificationCodeSequence: [],
      },
    ],
    PerformedProcedureCodeSequence: [],
    CurrentRequestedProcedureEvidenceSequence: [
      {
        StudyInstanceUID: facts.studyUid,
        ReferencedSeriesSequence: [
          { SeriesInstanceUID: seriesUid(facts, imageSeries), ReferencedSOPSequence: references },
        ],
      },
    ],
    ValueType: 'CONTAINER',
    ConceptNameCodeSequence: [code('18748-4', 'LN', 'Diagnostic Imaging Report')],
    ContinuityOfContent: 'SEPARATE',
    ContentSequence: [
      {
        RelationshipType: 'HAS OBS CONTEXT',
        ValueType: 'PNAME',
        ConceptNameCodeSequence: [code('121008', 'DCM', 'Person Observer Name')],
        PersonName: patient.radiologist,
      },
      {
        RelationshipType: 'HAS OBS CONTEXT',
        ValueType: 'PNAME',
        ConceptNameCodeSequence: [code('121029', 'DCM', 'Subject Name')],
        PersonName: patient.name,
      },
      section('121060', 'History', [
        text(
          '121060',
          'History',
          `${plainName(patient)}, born ${patient.birthDate}, fell at home (${patient.address}) on the day before.`,
        ),
      ]),
      section('121070', 'Findings', [
        {
          ...text(
            '121071',
            'Finding',
            `No fracture. Small hyperdense focus on the right, known since ${plainName(patient)} was seen last year.`,
          ),
          ContentSequence: references.map((item) => ({
            RelationshipType: 'INFERRED FROM',
            ValueType: 'IMAGE',
            ReferencedSOPSequence: [item],
          })),
        },
      ]),
      section('121076', 'Conclusions', [
        text(
          '121077',
          'Conclusion',
          `Dear ${patient.referrer.split('^')[0] ?? ''}, no acute bleeding. ID ${patient.id}.`,
        ),
      ]),
    ],
  };
}

function section(value: string, meaning: string, content: readonly SampleDataSet[]): SampleDataSet {
  return {
    RelationshipType: 'CONTAINS',
    ValueType: 'CONTAINER',
    ConceptNameCodeSequence: [code(value, 'DCM', meaning)],
    ContinuityOfContent: 'SEPARATE',
    ContentSequence: content,
  };
}

function text(value: string, meaning: string, words: string): SampleDataSet {
  return {
    RelationshipType: 'CONTAINS',
    ValueType: 'TEXT',
    ConceptNameCodeSequence: [code(value, 'DCM', meaning)],
    TextValue: words,
  };
}

function code(value: string, scheme: string, meaning: string): SampleDataSet {
  return { CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning };
}

function reference(image: ReportedImage): SampleDataSet {
  return { ReferencedSOPClassUID: image.sopClassUid, ReferencedSOPInstanceUID: image.sopInstanceUid };
}
