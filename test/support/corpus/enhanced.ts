// Multi-frame objects with functional groups (PS3.3 C.7.6.16): enhanced CT and MR, segmentation, parametric map.
import type { DataSet } from './keywords.js';
import { code, content, frameOfReference, general, pixels, reference } from './modules.js';
import { sopClasses, uids } from './plan.js';

const equipment: DataSet = {
  Manufacturer: 'Phantom Works',
  ManufacturerModelName: 'Model 5',
  DeviceSerialNumber: 'SERIAL-77123',
  SoftwareVersions: 'VB17',
};

const anatomy: DataSet = {
  FrameAnatomySequence: [{ AnatomicRegionSequence: [code('69536005', 'SCT', 'Head')], FrameLaterality: 'U' }],
};

function planeGroups(frame: number): DataSet {
  return {
    FrameContentSequence: [
      {
        StackID: '1',
        InStackPositionNumber: [frame + 1],
        DimensionIndexValues: [1, frame + 1],
        FrameAcquisitionDateTime: '20190304101600.5',
        FrameReferenceDateTime: '20190304101600.75',
        FrameAcquisitionDuration: [100],
        FrameComments: 'Plantedframecomment',
      },
    ],
    PlanePositionSequence: [{ ImagePositionPatient: `-120\\-120\\${frame * 2.5}` }],
  };
}

function sharedPlane(): DataSet {
  return {
    PixelMeasuresSequence: [{ SliceThickness: '2.5', PixelSpacing: '0.5\\0.5', SpacingBetweenSlices: '2.5' }],
    PlaneOrientationSequence: [{ ImageOrientationPatient: '1\\0\\0\\0\\1\\0' }],
  };
}

function multiFrame(frames: number): DataSet {
  return {
    NumberOfFrames: String(frames),
    DimensionOrganizationSequence: [{ DimensionOrganizationUID: uids.dimensions }],
    DimensionIndexSequence: [0x00209056, 0x00209057].map((pointer) => ({
      DimensionOrganizationUID: uids.dimensions,
      DimensionIndexPointer: [pointer],
      FunctionalGroupPointer: [0x00209111],
    })),
    InstanceNumber: '1',
    ...content,
  };
}

function enhancedImage(imageType: string): DataSet {
  return {
    ImageType: imageType,
    AcquisitionDateTime: '20190304101600.5',
    AcquisitionDuration: [1000],
    AcquisitionNumber: '1',
    ContentQualification: 'RESEARCH',
    PixelPresentation: 'MONOCHROME',
    VolumetricProperties: 'VOLUME',
    VolumeBasedCalculationTechnique: 'NONE',
    PresentationLUTShape: 'IDENTITY',
    BurnedInAnnotation: 'NO',
    LossyImageCompression: '00',
    AcquisitionContextSequence: [],
    ImageComments: 'Plantedimagecomment',
    PatientPosition: 'HFS',
  };
}

function frameType(imageType: string): DataSet {
  return {
    FrameType: imageType,
    PixelPresentation: 'MONOCHROME',
    VolumetricProperties: 'VOLUME',
    VolumeBasedCalculationTechnique: 'NONE',
  };
}

const referencedSeries: DataSet = {
  SeriesInstanceUID: uids.series('CT'),
  ReferencedInstanceSequence: [reference(sopClasses.ct, 'ct1'), reference(sopClasses.ct, 'ct2')],
};

const evidence: DataSet = {
  StudyInstanceUID: uids.study,
  ReferencedSeriesSequence: [
    { SeriesInstanceUID: uids.series('CT'), ReferencedSOPSequence: [reference(sopClasses.ct, 'ct1')] },
  ],
};

const derivedFrom: DataSet = {
  DerivationImageSequence: [
    {
      DerivationDescription: 'Plantedderivation',
      DerivationCodeSequence: [code('113076', 'DCM', 'Segmentation')],
      SourceImageSequence: [
        {
          ...reference(sopClasses.ct, 'ct1'),
          PurposeOfReferenceCodeSequence: [
            code('121322', 'DCM', 'Source image for image processing operation'),
          ],
        },
      ],
    },
  ],
};

export function enhancedCt(): DataSet {
  const type = 'DERIVED\\PRIMARY\\VOLUME\\NONE';
  return {
    ...general('enhancedCt', sopClasses.enhancedCt, 'CT', 'enhancedCt'),
    ...equipment,
    ...frameOfReference(),
    ...enhancedImage(type),
    ...multiFrame(3),
    ...pixels(32, 32, 3),
    MultienergyCTAcquisition: 'NO',
    ReferencedImageEvidenceSequence: [evidence],
    SharedFunctionalGroupsSequence: [
      {
        ...sharedPlane(),
        ...anatomy,
        CTImageFrameTypeSequence: [frameType(type)],
        CTAcquisitionTypeSequence: [
          { AcquisitionType: 'SEQUENCED', ConstantVolumeFlag: 'NO', FluoroscopyFlag: 'NO' },
        ],
        PixelValueTransformationSequence: [
          { RescaleIntercept: '-1024', RescaleSlope: '1', RescaleType: 'HU' },
        ],
        IrradiationEventIdentificationSequence: [{ IrradiationEventUID: uids.other('irradiation') }],
      },
    ],
    PerFrameFunctionalGroupsSequence: [0, 1, 2].map((frame) => ({
      ...planeGroups(frame),
      ReferencedImageSequence: [
        {
          ...reference(sopClasses.ct, 'ct1'),
          PurposeOfReferenceCodeSequence: [code('121311', 'DCM', 'Localizer')],
        },
      ],
    })),
  };
}

export function enhancedMr(): DataSet {
  const type = 'DERIVED\\PRIMARY\\VOLUME\\NONE';
  return {
    ...general('enhancedMr', sopClasses.enhancedMr, 'MR', 'enhancedMr'),
    ...equipment,
    ...frameOfReference(),
    ...enhancedImage(type),
    ...multiFrame(3),
    ...pixels(32, 32, 3),
    ComplexImageComponent: 'MAGNITUDE',
    AcquisitionContrast: 'T1',
    MagneticFieldStrength: '1.5',
    ResonantNucleus: '1H',
    KSpaceFiltering: 'NONE',
    ApplicableSafetyStandardAgency: 'IEC',
    SharedFunctionalGroupsSequence: [
      {
        ...sharedPlane(),
        ...anatomy,
        MRImageFrameTypeSequence: [
          { ...frameType(type), ComplexImageComponent: 'MAGNITUDE', AcquisitionContrast: 'T1' },
        ],
        PixelValueTransformationSequence: [{ RescaleIntercept: '0', RescaleSlope: '1', RescaleType: 'US' }],
      },
    ],
    PerFrameFunctionalGroupsSequence: [0, 1, 2].map((frame) => planeGroups(frame)),
  };
}

export function segmentation(): DataSet {
  return {
    ...general('segmentation', sopClasses.segmentation, 'SEG', 'segmentation'),
    ...equipment,
    ...frameOfReference(),
    ...multiFrame(2),
    ...pixels(32, 32, 2, 8),
    ImageType: 'DERIVED\\PRIMARY',
    BitsAllocated: [8],
    PixelData: Buffer.alloc(32 * 32 * 2, 0x55),
    LossyImageCompression: '00',
    SegmentationType: 'FRACTIONAL',
    SegmentationFractionalType: 'OCCUPANCY',
    MaximumFractionalValue: [255],
    ContentLabel: 'LESION',
    ContentDescription: 'lesion',
    ContentCreatorName: 'Plantedcreator^Carla',
    SegmentSequence: [
      {
        SegmentNumber: [1],
        SegmentLabel: 'Lesion',
        SegmentAlgorithmType: 'MANUAL',
        SegmentDescription: 'lesion',
        TrackingID: 'lesion-1',
        TrackingUID: uids.other('tracking'),
        SegmentedPropertyCategoryCodeSequence: [code('49755003', 'SCT', 'Morphologically Altered Structure')],
        SegmentedPropertyTypeCodeSequence: [code('108369006', 'SCT', 'Neoplasm')],
      },
    ],
    ReferencedSeriesSequence: [referencedSeries],
    SharedFunctionalGroupsSequence: [
      { ...sharedPlane(), SegmentIdentificationSequence: [{ ReferencedSegmentNumber: [1] }] },
    ],
    PerFrameFunctionalGroupsSequence: [0, 1].map((frame) => ({ ...planeGroups(frame), ...derivedFrom })),
  };
}

export function parametricMap(): DataSet {
  const {
    PixelData: _noPixels,
    BitsStored: _s,
    HighBit: _h,
    PixelRepresentation: _r,
    ...shape
  } = pixels(32, 32, 2);
  return {
    ...general('parametricMap', sopClasses.parametricMap, 'MR', 'parametricMap'),
    ...equipment,
    ...frameOfReference(),
    ...multiFrame(2),
    ...shape,
    BitsAllocated: [32],
    FloatPixelData: Array.from({ length: 32 * 32 * 2 }, (_, index) => index / 7),
    ImageType: 'DERIVED\\PRIMARY\\ADC\\NONE',
    ContentQualification: 'RESEARCH',
    BurnedInAnnotation: 'NO',
    RecognizableVisualFeatures: 'NO',
    LossyImageCompression: '00',
    PixelPresentation: 'MONOCHROME',
    PresentationLUTShape: 'IDENTITY',
    AcquisitionContextSequence: [],
    ReferencedSeriesSequence: [referencedSeries],
    ContentLabel: 'ADC',
    ContentDescription: 'lesion',
    ContentCreatorName: 'Plantedcreator^Carla',
    SharedFunctionalGroupsSequence: [
      {
        ...sharedPlane(),
        ...anatomy,
        ParametricMapFrameTypeSequence: [{ FrameType: 'DERIVED\\PRIMARY\\ADC\\NONE' }],
        FrameVOILUTSequence: [{ WindowCenter: '10', WindowWidth: '20' }],
        PixelValueTransformationSequence: [{ RescaleIntercept: '0', RescaleSlope: '1', RescaleType: 'US' }],
        RealWorldValueMappingSequence: [
          {
            LUTExplanation: 'ADC',
            LUTLabel: 'ADC',
            MeasurementUnitsCodeSequence: [code('mm2/s', 'UCUM', 'mm2/s')],
            DoubleFloatRealWorldValueFirstValueMapped: [0],
            DoubleFloatRealWorldValueLastValueMapped: [300],
            RealWorldValueIntercept: [0],
            RealWorldValueSlope: [1],
            QuantityDefinitionSequence: [
              {
                ValueType: 'CODE',
                ConceptNameCodeSequence: [code('246205007', 'SCT', 'Quantity')],
                ConceptCodeSequence: [code('113041', 'DCM', 'Apparent Diffusion Coefficient')],
              },
            ],
          },
        ],
      },
    ],
    PerFrameFunctionalGroupsSequence: [0, 1].map((frame) => ({ ...planeGroups(frame), ...derivedFrom })),
  };
}
