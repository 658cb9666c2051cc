// Reports and documents (PS3.3 A.35, A.45): text, measurements, key objects, PDF, CDA.
import type { DataSet } from './keywords.js';
import { code, content, general, item, reference } from './modules.js';
import { sopClasses, uids } from './plan.js';

const evidence: DataSet = {
  StudyInstanceUID: uids.study,
  ReferencedSeriesSequence: [
    {
      SeriesInstanceUID: uids.series('CT'),
      ReferencedSOPSequence: [reference(sopClasses.ct, 'ct1'), reference(sopClasses.ct, 'ct2')],
    },
  ],
};

/** SR Document General (PS3.3 C.17.2). */
function report(name: string, sopClass: string): DataSet {
  return {
    ...general(name, sopClass, 'SR', name),
    ...content,
    ReferencedPerformedProcedureStepSequence: [],
    PerformedProcedureCodeSequence: [],
    CompletionFlag: 'COMPLETE',
    VerificationFlag: 'VERIFIED',
    VerifyingObserverSequence: [
      {
        VerifyingOrganization: 'Plantedorganisation',
        VerificationDateTime: '20190304150000',
        VerifyingObserverName: 'Plantedverifier^Vera',
        VerifyingObserverIdentificationCodeSequence: [],
      },
    ],
    AuthorObserverSequence: [
      {
        ObserverType: 'PSN',
        PersonName: 'Plantedauthor^Anton',
        PersonIdentificationCodeSequence: [code('AUTHOR-7', '99LOCAL', 'Plantedauthor')],
        InstitutionName: 'Plantedhospital St. Elsewhere',
        InstitutionCodeSequence: [],
      },
    ],
    ReferencedRequestSequence: [
      {
        StudyInstanceUID: uids.study,
        ReferencedStudySequence: [],
        AccessionNumber: 'ACC-889123',
        PlacerOrderNumberImagingServiceRequest: 'PLACER-5512',
        FillerOrderNumberImagingServiceRequest: 'FILLER-5513',
        RequestedProcedureID: 'RP-99123',
        RequestedProcedureDescription: 'Plantedprocedure',
        RequestedProcedureCodeSequence: [],
      },
    ],
    CurrentRequestedProcedureEvidenceSequence: [evidence],
    ValueType: 'CONTAINER',
    ConceptNameCodeSequence: [code('18748-4', 'LN', 'Diagnostic imaging report')],
    ContinuityOfContent: 'SEPARATE',
  };
}

const observer = item('HAS OBS CONTEXT', 'PNAME', code('121008', 'DCM', 'Person Observer Name'), {
  PersonName: 'Plantedauthor^Anton',
});
const finding = item('CONTAINS', 'TEXT', code('121071', 'DCM', 'Finding'), {
  TextValue: 'Plantedfinding in Plantedname, seen 4 March 2019',
});
const image: DataSet = {
  RelationshipType: 'CONTAINS',
  ValueType: 'IMAGE',
  ReferencedSOPSequence: [reference(sopClasses.ct, 'ct1')],
};

/** Content items of the value types that a measurement report has beside texts (PS3.3 C.17.3, C.18). */
const otherValues: readonly DataSet[] = [
  item('HAS OBS CONTEXT', 'NUM', code('121033', 'DCM', 'Subject Age'), {
    MeasuredValueSequence: [
      { NumericValue: '87.125', MeasurementUnitsCodeSequence: [code('a', 'UCUM', 'year')] },
    ],
  }),
  item('HAS OBS CONTEXT', 'CODE', code('121032', 'DCM', 'Subject Sex'), {
    ConceptCodeSequence: [code('F', 'DCM', 'Female')],
  }),
  item('CONTAINS', 'CODE', code('121071', 'DCM', 'Finding'), {
    ConceptCodeSequence: [code('4711', '99LOCAL', 'as in Plantedname')],
  }),
  item('CONTAINS', 'DATETIME', code('111526', 'DCM', 'DateTime Started'), { DateTime: '20190304101500.125' }),
  item('CONTAINS', 'DATE', code('121125', 'DCM', 'DateTime of Recording of Log Entry'), { Date: '20190304' }),
  item('CONTAINS', 'TIME', code('122160', 'DCM', 'Derived From'), { Time: '101500.125' }),
  item('CONTAINS', 'COMPOSITE', code('121080', 'DCM', 'Best illustration of finding'), {
    ReferencedSOPSequence: [reference(sopClasses.ct, 'ct2')],
  }),
  item('CONTAINS', 'NUM', code('410668003', 'SCT', 'Length'), {
    MeasuredValueSequence: [
      { NumericValue: '12.5', MeasurementUnitsCodeSequence: [code('mm', 'UCUM', 'mm')] },
    ],
    ContentSequence: [
      item('INFERRED FROM', 'SCOORD', code('121055', 'DCM', 'Path'), {
        GraphicType: 'POLYLINE',
        GraphicData: [1, 1, 4, 4],
        ContentSequence: [
          {
            RelationshipType: 'SELECTED FROM',
            ValueType: 'IMAGE',
            ReferencedSOPSequence: [reference(sopClasses.ct, 'ct1')],
          },
        ],
      }),
    ],
  }),
];

export function basicTextReport(): DataSet {
  return {
    ...report('basicTextReport', sopClasses.basicTextReport),
    ContentSequence: [observer, finding, image],
  };
}

export function comprehensiveReport(): DataSet {
  return {
    ...report('comprehensiveReport', sopClasses.comprehensiveReport),
    ContentTemplateSequence: [{ MappingResource: 'DCMR', TemplateIdentifier: '1500' }],
    ContentSequence: [
      observer,
      item('HAS OBS CONTEXT', 'UIDREF', code('112040', 'DCM', 'Tracking Unique Identifier'), {
        UID: uids.other('tracking'),
      }),
      item('HAS OBS CONTEXT', 'DATE', code('121031', 'DCM', 'Subject Birth Date'), { Date: '19310417' }),
      finding,
      ...otherValues,
      item('CONTAINS', 'CONTAINER', code('125007', 'DCM', 'Measurement Group'), {
        ContinuityOfContent: 'SEPARATE',
        ContentSequence: [
          item('CONTAINS', 'NUM', code('410668003', 'SCT', 'Length'), {
            MeasuredValueSequence: [
              { NumericValue: '12.5', MeasurementUnitsCodeSequence: [code('mm', 'UCUM', 'mm')] },
            ],
          }),
          finding,
        ],
      }),
      image,
    ],
  };
}

export function keyObjects(): DataSet {
  return {
    ...general('keyObjects', sopClasses.keyObjects, 'KO', 'keyObjects'),
    ...content,
    ReferencedPerformedProcedureStepSequence: [],
    CurrentRequestedProcedureEvidenceSequence: [evidence],
    ValueType: 'CONTAINER',
    ConceptNameCodeSequence: [code('113000', 'DCM', 'Of Interest')],
    ContinuityOfContent: 'SEPARATE',
    ContentTemplateSequence: [{ MappingResource: 'DCMR', TemplateIdentifier: '2010' }],
    ContentSequence: [
      item('CONTAINS', 'TEXT', code('113012', 'DCM', 'Key Object Description'), {
        TextValue: 'Plantedkeynote',
      }),
      image,
    ],
  };
}

/** Encapsulated Document (PS3.3 C.24.2). */
function encapsulated(name: string, sopClass: string, mimeType: string, document: string): DataSet {
  return {
    ...general(name, sopClass, 'DOC', name),
    ...content,
    AcquisitionDateTime: '20190304101600',
    ConversionType: 'WSD',
    BurnedInAnnotation: 'YES',
    SourceInstanceSequence: [reference(sopClasses.ct, 'ct1')],
    DocumentTitle: 'Report',
    ConceptNameCodeSequence: [],
    MIMETypeOfEncapsulatedDocument: mimeType,
    EncapsulatedDocument: Buffer.from(document.length % 2 ? `${document} ` : document, 'latin1'),
  };
}

export function pdf(): DataSet {
  return encapsulated(
    'pdf',
    sopClasses.pdf,
    'application/pdf',
    '%PDF-1.4\n% Plantedname HN-4471193\n%%EOF\n',
  );
}

export function cda(): DataSet {
  return {
    ...encapsulated(
      'cda',
      sopClasses.cda,
      'text/XML',
      '<ClinicalDocument xmlns="urn:hl7-org:v3"><name>Plantedname</name></ClinicalDocument>',
    ),
    HL7InstanceIdentifier: '2.16.840.1.113883.19.5^PLANTDOC-1',
    ConceptNameCodeSequence: [code('18748-4', 'LN', 'Diagnostic imaging report')],
  };
}
