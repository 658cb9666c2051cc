// Objects without pixels beside the reports: presentation state, registration, raw data, ECG (PS3.3 A.33, A.39, A.37, A.34).
import type { DataSet } from './keywords.js';
import { code, content, frameOfReference, general, item, reference } from './modules.js';
import { sopClasses, uids } from './plan.js';

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
