// Reports and documents (PS3.3 A.35, A.45): text, measurements, key objects, PDF, CDA; and objects that refer to images
// without pixels of their own: presentation state, registration, raw data, ECG.
import type { DataSet } from './keywords.js';
import { code, content, frameOfReference, general, reference } from './modules.js';
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

function item(relation: string, type: string, name: DataSet, more: DataSet): DataSet {
  return { RelationshipType: relation, ValueType: type, ConceptNameCodeSequence: [name], ...more };
}

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
      item('HAS OBS CONTEXT', 'DATE', code('121026', 'DCM', 'Subject Birth Date'), { Date: '19310417' }),
      finding,
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

export function presentationState(): DataSet {
  const images = [reference(sopClasses.ct, 'ct1'), reference(sopClasses.ct, 'ct2')];
  return {
    ...general('presentationState', sopClasses.presentationState, 'PR', 'presentationState'),
    Laterality: '',
    ContentLabel: 'STATE',
    ContentDescription: 'lesion',
    PresentationCreationDate: '20190304',
    PresentationCreationTime: '160000',
    ContentCreatorName: 'Plantedcreator^Carla',
    ReferencedSeriesSequence: [{ SeriesInstanceUID: uids.series('CT'), ReferencedImageSequence: images }],
    PresentationLUTShape: 'IDENTITY',
    DisplayedAreaSelectionSequence: [
      {
        DisplayedAreaTopLeftHandCorner: [1, 1],
        DisplayedAreaBottomRightHandCorner: [32, 32],
        PresentationSizeMode: 'SCALE TO FIT',
        PresentationPixelSpacing: '0.5\\0.5',
      },
    ],
    GraphicLayerSequence: [{ GraphicLayer: 'NOTES', GraphicLayerOrder: '1' }],
    GraphicAnnotationSequence: [
      {
        ReferencedImageSequence: [reference(sopClasses.ct, 'ct1')],
        GraphicLayer: 'NOTES',
        TextObjectSequence: [
          {
            UnformattedTextValue: 'Plantednote on Plantedname',
            AnchorPointAnnotationUnits: 'PIXEL',
            AnchorPoint: [5, 5],
            AnchorPointVisibility: 'N',
          },
        ],
      },
    ],
  };
}

export function registration(): DataSet {
  return {
    ...general('registration', sopClasses.registration, 'REG', 'registration'),
    Laterality: '',
    ...frameOfReference(),
    ...content,
    ContentLabel: 'REGISTRATION',
    ContentDescription: 'lesion',
    ContentCreatorName: 'Plantedcreator^Carla',
    RegistrationSequence: [
      {
        FrameOfReferenceUID: uids.frameOfReference,
        ReferencedImageSequence: [reference(sopClasses.ct, 'ct1')],
        MatrixRegistrationSequence: [
          {
            FrameOfReferenceTransformationComment: 'rigid',
            RegistrationTypeCodeSequence: [],
            MatrixSequence: [
              {
                FrameOfReferenceTransformationMatrixType: 'RIGID',
                FrameOfReferenceTransformationMatrix: '1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1',
              },
            ],
          },
        ],
      },
    ],
    ReferencedSeriesSequence: [
      {
        SeriesInstanceUID: uids.series('CT'),
        ReferencedInstanceSequence: [reference(sopClasses.ct, 'ct1')],
      },
    ],
  };
}

export function rawData(): DataSet {
  return {
    ...general('rawData', sopClasses.rawData, 'MR', 'rawData'),
    Laterality: '',
    ...content,
    AcquisitionContextSequence: [],
    CreatorVersionUID: uids.other('creatorVersion'),
    ReferencedInstanceSequence: [
      {
        ...reference(sopClasses.ct, 'ct1'),
        PurposeOfReferenceCodeSequence: [code('121311', 'DCM', 'Localizer')],
      },
    ],
  };
}

export function ecg(): DataSet {
  return {
    ...general('ecg', sopClasses.ecg, 'ECG', 'ecg'),
    ...content,
    AcquisitionDateTime: '20190304101600',
    AcquisitionContextSequence: [
      item('CONTAINS', 'CODE', code('10:11345', 'MDC', 'Lead System'), {
        ConceptCodeSequence: [code('10:11265', 'MDC', 'Standard 12-lead')],
      }),
    ].map(({ RelationshipType: _root, ...rest }): DataSet => rest),
    WaveformSequence: [
      {
        WaveformOriginality: 'ORIGINAL',
        NumberOfWaveformChannels: [1],
        NumberOfWaveformSamples: [10000],
        SamplingFrequency: '500',
        MultiplexGroupLabel: 'RHYTHM',
        ChannelDefinitionSequence: [
          {
            ChannelLabel: 'Lead I',
            ChannelSourceSequence: [code('2:1', 'MDC', 'Lead I')],
            ChannelSensitivity: '1',
            ChannelSensitivityUnitsSequence: [code('uV', 'UCUM', 'microvolt')],
            ChannelSensitivityCorrectionFactor: '1',
            ChannelBaseline: '0',
            ChannelTimeSkew: '0',
            WaveformBitsStored: [16],
          },
        ],
        WaveformBitsAllocated: [16],
        WaveformSampleInterpretation: 'SS',
        WaveformData: Array.from({ length: 10000 }, (_, index) => (index * 13) % 1000),
      },
    ],
    WaveformAnnotationSequence: [
      {
        UnformattedTextValue: 'Plantednote on the tracing',
        ReferencedWaveformChannels: [1, 0],
        AnnotationGroupNumber: [1],
      },
    ],
  };
}
