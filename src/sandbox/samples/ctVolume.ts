import type { Tissue } from './headAnatomy.js';
import { HeadPhantom } from './phantom.js';
import type { SampleDataSet } from './dicomFile.js';

/** Hounsfield units of each tissue. */
const HOUNSFIELD: Readonly<Record<Tissue, number>> = {
  air: -1000,
  fat: -90,
  muscle: 52,
  bone: 1250,
  marrow: 620,
  brain: 34,
  grey: 38,
  white: 27,
  fluid: 7,
  eye: 14,
  calcium: 180,
  lesion: 64,
  lens: 78,
};

export interface CtOptions {
  readonly slices: number;
  readonly matrix: number;
  readonly seed: number;
  readonly frameOfReferenceUid: string;
}

const SLICE_MM = 1.25;
const FIELD_MM = 230;
const LOWEST_MM = -36;

/**
 * The slices of an axial CT series from bottom to top: image, geometry and acquisition attributes (PS3.3 A.3), without
 * patient, study and series. 12 bits with an intercept of -1024.
 */
export function* ctSlices(options: CtOptions): Generator<SampleDataSet> {
  const { slices, matrix, seed } = options;
  const phantom = new HeadPhantom(seed);
  const spacing = FIELD_MM / matrix;
  const corner = -FIELD_MM / 2 + spacing / 2;
  for (let index = 0; index < slices; index += 1) {
    const z = LOWEST_MM + index * SLICE_MM;
    const image = phantom.render(
      {
        position: [corner, corner, z],
        rowDirection: [1, 0, 0],
        columnDirection: [0, 1, 0],
        pixelSpacing: spacing,
        rows: matrix,
        columns: matrix,
      },
      { values: HOUNSFIELD, noise: 11 },
      index,
    );
    yield {
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
      Modality: 'CT',
      ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
      BodyPartExamined: 'HEAD',
      ScanOptions: 'HELIX',
      SliceThickness: decimal(SLICE_MM),
      KVP: '120',
      DataCollectionDiameter: '500',
      ReconstructionDiameter: decimal(FIELD_MM),
      DistanceSourceToDetector: '1085.6',
      DistanceSourceToPatient: '595',
      GantryDetectorTilt: '0',
      TableHeight: '168',
      RotationDirection: 'CW',
      ExposureTime: '1000',
      XRayTubeCurrent: String(265 + (index % 7)),
      Exposure: String(265 + (index % 7)),
      FilterType: 'FLAT',
      GeneratorPower: '32',
      FocalSpots: '1.2',
      ConvolutionKernel: 'H30s',
      PatientPosition: 'HFS',
      AcquisitionNumber: '1',
      InstanceNumber: String(index + 1),
      ImagePositionPatient: [corner, corner, z].map(decimal),
      ImageOrientationPatient: ['1', '0', '0', '0', '1', '0'],
      FrameOfReferenceUID: options.frameOfReferenceUid,
      PositionReferenceIndicator: 'OM',
      SliceLocation: decimal(z),
      SamplesPerPixel: 1,
      PhotometricInterpretation: 'MONOCHROME2',
      Rows: matrix,
      Columns: matrix,
      PixelSpacing: [decimal(spacing), decimal(spacing)],
      BitsAllocated: 16,
      BitsStored: 12,
      HighBit: 11,
      PixelRepresentation: 0,
      WindowCenter: ['40', '450'],
      WindowWidth: ['90', '1800'],
      WindowCenterWidthExplanation: ['BRAIN', 'BONE'],
      RescaleIntercept: '-1024',
      RescaleSlope: '1',
      RescaleType: 'HU',
      PixelData: stored(image),
    };
  }
}

function stored(image: Int16Array): Uint8Array {
  const pixels = new Uint16Array(image.length);
  for (let index = 0; index < image.length; index += 1) {
    pixels[index] = Math.min(4095, Math.max(0, (image[index] ?? 0) + 1024));
  }
  return new Uint8Array(pixels.buffer);
}

/** A decimal string of at most 16 characters (PS3.5 6.2). */
export function decimal(value: number): string {
  return String(Number(value.toFixed(6)));
}
