// Projection images: CR, DX, MG (PS3.3 A.2, A.26, A.27).
import type { DataSet } from './keywords.js';
import { code, general, generalImage, pixels } from './modules.js';
import { sopClasses } from './plan.js';

export function cr(): DataSet {
  return {
    ...general('cr1', sopClasses.cr, 'CR'),
    ...generalImage('ORIGINAL\\PRIMARY'),
    ...pixels(32, 32),
    PatientOrientation: 'L\\F',
    BodyPartExamined: 'CHEST',
    ViewPosition: 'PA',
    CassetteID: 'CASSETTE-7712',
    PlateID: 'PLATE-7713',
  };
}

/** DX and MG share the digital X-ray modules (PS3.3 C.8.11). */
function digitalXRay(name: string, sopClass: string, modality: string): DataSet {
  return {
    ...general(name, sopClass, modality),
    ...generalImage('ORIGINAL\\PRIMARY\\'),
    ...pixels(32, 32),
    PatientOrientation: 'L\\F',
    PresentationIntentType: 'FOR PRESENTATION',
    ImageLaterality: 'U',
    BurnedInAnnotation: 'NO',
    PixelIntensityRelationship: 'LOG',
    PixelIntensityRelationshipSign: [1],
    RescaleIntercept: '0',
    RescaleSlope: '1',
    RescaleType: 'US',
    PresentationLUTShape: 'IDENTITY',
    LossyImageCompression: '00',
    WindowCenter: '2048',
    WindowWidth: '4096',
    ImagerPixelSpacing: '0.5\\0.5',
    DetectorType: 'SCINTILLATOR',
    DetectorID: 'DETECTOR-7714',
    DateOfLastDetectorCalibration: '20190101',
    AcquisitionContextSequence: [],
    AnatomicRegionSequence: [code('43799004', 'SCT', 'Thorax')],
  };
}

export function dx(): DataSet {
  return {
    ...digitalXRay('dx1', sopClasses.dx, 'DX'),
    BodyPartExamined: 'CHEST',
    ViewPosition: 'PA',
    PositionerType: 'COLUMN',
  };
}

export function mg(): DataSet {
  return {
    ...digitalXRay('mg1', sopClasses.mg, 'MG'),
    BodyPartExamined: 'BREAST',
    ImageLaterality: 'L',
    OrganExposed: 'BREAST',
    PositionerType: 'MAMMOGRAPHIC',
    PatientOrientation: 'A\\F',
    AnatomicRegionSequence: [code('76752008', 'SCT', 'Breast')],
    ViewCodeSequence: [{ ...code('399162004', 'SCT', 'cranio-caudal'), ViewModifierCodeSequence: [] }],
  };
}
