// Radiotherapy objects (PS3.3 A.17 to A.20): image, dose, structure set, plan.
import type { DataSet } from './keywords.js';
import { content, frameOfReference, general, pixels, plane, reference } from './modules.js';
import { sopClasses, uids } from './plan.js';

const detachedStudy = '1.2.840.10008.3.1.2.3.1';

export function rtDose(): DataSet {
  return {
    ...general('rtDose', sopClasses.rtDose, 'RTDOSE'),
    ...frameOfReference(),
    ...plane(1),
    ...pixels(32, 32, 2),
    ...content,
    NumberOfFrames: '2',
    BitsStored: [16],
    HighBit: [15],
    FrameIncrementPointer: [0x3004000c],
    GridFrameOffsetVector: '0\\2.5',
    DoseUnits: 'GY',
    DoseType: 'PHYSICAL',
    DoseSummationType: 'PLAN',
    DoseComment: 'isocentre',
    DoseGridScaling: '0.001',
    TissueHeterogeneityCorrection: 'IMAGE',
    ReferencedRTPlanSequence: [reference(sopClasses.rtPlan, 'rtPlan')],
  };
}

export function rtImage(): DataSet {
  return {
    ...general('rtImage', sopClasses.rtImage, 'RTIMAGE'),
    ...frameOfReference(),
    ...pixels(32, 32),
    ...content,
    ImageType: 'DERIVED\\SECONDARY\\DRR',
    PatientOrientation: '',
    BitsStored: [16],
    HighBit: [15],
    ConversionType: 'WSD',
    RTImageLabel: 'DRR 1',
    RTImagePlane: 'NORMAL',
    XRayImageReceptorAngle: '0',
    ImagePlanePixelSpacing: '1\\1',
    RTImagePosition: '0\\0',
    RadiationMachineName: '',
    RadiationMachineSAD: '1000',
    RTImageSID: '1000',
    PrimaryDosimeterUnit: 'MU',
    GantryAngle: '0',
    ReferencedRTPlanSequence: [reference(sopClasses.rtPlan, 'rtPlan')],
    ReviewDate: '20190305',
    ReviewTime: '080000',
    ReviewerName: 'Plantedreviewer^Rolf',
    ApprovalStatus: 'APPROVED',
  };
}

export function rtStructureSet(): DataSet {
  const images = ['ct1', 'ct2'].map((name) => reference(sopClasses.ct, name));
  return {
    ...general('rtStructureSet', sopClasses.rtStructureSet, 'RTSTRUCT'),
    ...frameOfReference(),
    StructureSetLabel: 'PLANTLABEL1',
    StructureSetName: 'Plantedsetname',
    StructureSetDescription: 'Plantedsetdescription',
    StructureSetDate: '20190304',
    StructureSetTime: '120000',
    ReferencedFrameOfReferenceSequence: [
      {
        FrameOfReferenceUID: uids.frameOfReference,
        RTReferencedStudySequence: [
          {
            ReferencedSOPClassUID: detachedStudy,
            ReferencedSOPInstanceUID: uids.study,
            RTReferencedSeriesSequence: [
              { SeriesInstanceUID: uids.series('CT'), ContourImageSequence: images },
            ],
          },
        ],
      },
    ],
    StructureSetROISequence: [
      {
        ROINumber: '1',
        ReferencedFrameOfReferenceUID: uids.frameOfReference,
        ROIName: 'Plantedroi',
        ROIDescription: 'Plantedroidescription',
        ROIGenerationAlgorithm: 'MANUAL',
      },
    ],
    ROIContourSequence: [
      {
        ReferencedROINumber: '1',
        ROIDisplayColor: '255\\0\\0',
        ContourSequence: images.map((image, index) => ({
          ContourImageSequence: [image],
          ContourGeometricType: 'CLOSED_PLANAR',
          NumberOfContourPoints: '3',
          ContourData: `0\\0\\${index}\\10\\0\\${index}\\10\\10\\${index}`,
        })),
      },
    ],
    RTROIObservationsSequence: [
      {
        ObservationNumber: '1',
        ReferencedROINumber: '1',
        ROIObservationLabel: 'PLANTOBS1',
        ROIObservationDescription: 'Plantedobservation',
        RTROIInterpretedType: 'PTV',
        ROIInterpreter: 'Plantedinterpreter^Ida',
      },
    ],
    ApprovalStatus: 'APPROVED',
    ReviewDate: '20190305',
    ReviewTime: '080000',
    ReviewerName: 'Plantedreviewer^Rolf',
  };
}

export function rtPlan(): DataSet {
  return {
    ...general('rtPlan', sopClasses.rtPlan, 'RTPLAN'),
    ...frameOfReference(),
    RTPlanLabel: 'PLANTPLAN1',
    RTPlanName: 'Plantedplanname',
    RTPlanDescription: 'Plantedplandescription',
    RTPlanDate: '20190304',
    RTPlanTime: '120500',
    RTPlanGeometry: 'PATIENT',
    PlanIntent: 'RESEARCH',
    PrescriptionDescription: 'Plantedprescription',
    ReferencedStructureSetSequence: [reference(sopClasses.rtStructureSet, 'rtStructureSet')],
    PatientSetupSequence: [
      { PatientSetupNumber: '1', PatientPosition: 'HFS', SetupTechniqueDescription: 'Plantedsetup' },
    ],
    FractionGroupSequence: [
      {
        FractionGroupNumber: '1',
        FractionGroupDescription: 'Plantedfraction',
        NumberOfFractionsPlanned: '10',
        NumberOfBeams: '1',
        NumberOfBrachyApplicationSetups: '0',
        ReferencedBeamSequence: [{ ReferencedBeamNumber: '1' }],
      },
    ],
    BeamSequence: [
      {
        BeamNumber: '1',
        BeamName: 'AP',
        BeamDescription: 'Plantedbeam',
        BeamType: 'STATIC',
        RadiationType: 'PHOTON',
        TreatmentMachineName: 'PLANTLINAC',
        Manufacturer: '',
        InstitutionName: 'Plantedhospital St. Elsewhere',
        DeviceSerialNumber: 'SERIAL-88123',
        PrimaryDosimeterUnit: 'MU',
        SourceAxisDistance: '1000',
        TreatmentDeliveryType: 'TREATMENT',
        NumberOfWedges: '0',
        NumberOfCompensators: '0',
        NumberOfBoli: '0',
        NumberOfBlocks: '0',
        FinalCumulativeMetersetWeight: '1',
        NumberOfControlPoints: '2',
        ReferencedPatientSetupNumber: '1',
        BeamLimitingDeviceSequence: [
          { RTBeamLimitingDeviceType: 'X', NumberOfLeafJawPairs: '1' },
          { RTBeamLimitingDeviceType: 'Y', NumberOfLeafJawPairs: '1' },
        ],
        ControlPointSequence: [
          {
            ControlPointIndex: '0',
            CumulativeMetersetWeight: '0',
            NominalBeamEnergy: '6',
            GantryAngle: '0',
            GantryRotationDirection: 'NONE',
            BeamLimitingDeviceAngle: '0',
            BeamLimitingDeviceRotationDirection: 'NONE',
            PatientSupportAngle: '0',
            PatientSupportRotationDirection: 'NONE',
            TableTopEccentricAngle: '0',
            TableTopEccentricRotationDirection: 'NONE',
            TableTopVerticalPosition: '',
            TableTopLongitudinalPosition: '',
            TableTopLateralPosition: '',
            IsocenterPosition: '0\\0\\0',
            BeamLimitingDevicePositionSequence: [
              { RTBeamLimitingDeviceType: 'X', LeafJawPositions: '-50\\50' },
              { RTBeamLimitingDeviceType: 'Y', LeafJawPositions: '-50\\50' },
            ],
          },
          { ControlPointIndex: '1', CumulativeMetersetWeight: '1' },
        ],
      },
    ],
    ApprovalStatus: 'APPROVED',
    ReviewDate: '20190305',
    ReviewTime: '080000',
    ReviewerName: 'Plantedreviewer^Rolf',
  };
}
