// Single-frame cross-sectional images: CT, MR, PET, and NM with several frames (PS3.3 A.3, A.4, A.21, A.5).
import type { DataSet } from './keywords.js';
import { code, frameOfReference, general, generalImage, pixels, plane, reference } from './modules.js';
import { sopClasses, uids } from './plan.js';

export function ct(index = 1): DataSet {
  return {
    ...general(`ct${index}`, sopClasses.ct, 'CT'),
    ...generalImage('ORIGINAL\\PRIMARY\\AXIAL'),
    ...frameOfReference(),
    ...plane(index),
    ...pixels(32, 32),
    InstanceNumber: String(index),
    BodyPartExamined: 'HEAD',
    PatientPosition: 'HFS',
    KVP: '120',
    RescaleIntercept: '-1024',
    RescaleSlope: '1',
    RescaleType: 'HU',
    IrradiationEventUID: uids.other('irradiation'),
    ReferencedImageSequence: [reference(sopClasses.ct, 'ct1')],
    SourceImageSequence: [reference(sopClasses.ct, 'ct2')],
  };
}

export function mr(index = 1): DataSet {
  return {
    ...general(`mr${index}`, sopClasses.mr, 'MR'),
    ...generalImage('ORIGINAL\\PRIMARY\\M\\NONE'),
    ...frameOfReference(),
    ...plane(index),
    ...pixels(32, 32),
    BodyPartExamined: 'HEAD',
    PatientPosition: 'HFS',
    ScanningSequence: 'SE',
    SequenceVariant: 'NONE',
    ScanOptions: '',
    MRAcquisitionType: '2D',
    RepetitionTime: '500',
    EchoTime: '15',
    EchoTrainLength: '1',
  };
}

export function pet(): DataSet {
  return {
    ...general('pet1', sopClasses.pet, 'PT'),
    ...generalImage('ORIGINAL\\PRIMARY'),
    ...frameOfReference(),
    ...plane(1),
    ...pixels(32, 32),
    BitsStored: [16],
    HighBit: [15],
    BodyPartExamined: 'HEAD',
    Units: 'BQML',
    CountsSource: 'EMISSION',
    SeriesType: 'STATIC\\IMAGE',
    CollimatorType: 'NONE',
    CorrectedImage: 'DECY',
    DecayCorrection: 'START',
    NumberOfSlices: [2],
    ActualFrameDuration: '60000',
    FrameReferenceTime: '0',
    DecayFactor: '1',
    ImageIndex: [1],
    RescaleIntercept: '0',
    RescaleSlope: '1',
    PatientOrientationCodeSequence: [code('102538003', 'SCT', 'recumbent')],
    PatientGantryRelationshipCodeSequence: [code('102540008', 'SCT', 'headfirst')],
    RadiopharmaceuticalInformationSequence: [
      {
        Radiopharmaceutical: 'FDG',
        RadiopharmaceuticalStartTime: '091500',
        RadiopharmaceuticalStartDateTime: '20190304091500',
        RadionuclideTotalDose: '370000000',
        RadionuclideHalfLife: '6588',
        RadionuclidePositronFraction: '0.97',
        RadionuclideCodeSequence: [code('77004003', 'SCT', '^18^Fluorine')],
        RadiopharmaceuticalAdministrationEventUID: uids.other('administration'),
      },
    ],
  };
}

export function nm(): DataSet {
  return {
    ...general('nm1', sopClasses.nm, 'NM'),
    ...generalImage('ORIGINAL\\PRIMARY\\STATIC\\EMISSION'),
    ...frameOfReference(),
    ...pixels(32, 32, 2),
    BitsStored: [16],
    HighBit: [15],
    NumberOfFrames: '2',
    PixelSpacing: '2\\2',
    BodyPartExamined: 'HEAD',
    FrameIncrementPointer: [0x00540010, 0x00540020],
    EnergyWindowVector: [1, 1],
    NumberOfEnergyWindows: [1],
    DetectorVector: [1, 2],
    NumberOfDetectors: [2],
    CountsAccumulated: '100000',
    ActualFrameDuration: '60000',
    EnergyWindowInformationSequence: [{ EnergyWindowName: 'Tc99m' }],
    RadiopharmaceuticalInformationSequence: [
      { RadionuclideCodeSequence: [code('72454000', 'SCT', '^99m^Technetium')], Radiopharmaceutical: 'MDP' },
    ],
    DetectorInformationSequence: [1, 2].map(() => ({
      CollimatorType: 'PARA',
      FieldOfViewShape: 'RECTANGLE',
      ImagePositionPatient: '0\\0\\0',
      ImageOrientationPatient: '1\\0\\0\\0\\1\\0',
    })),
    PatientOrientationCodeSequence: [code('102538003', 'SCT', 'recumbent')],
    PatientGantryRelationshipCodeSequence: [code('102540008', 'SCT', 'headfirst')],
  };
}
