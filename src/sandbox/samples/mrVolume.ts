import { decimal } from './ctVolume.js';
import type { SampleDataSet } from './dicomFile.js';
import type { Tissue } from './headAnatomy.js';
import { cross, HeadPhantom, scaled, sum, type Vector } from './phantom.js';

export type MrContrast = 't1' | 't2';

export interface MrOptions {
  readonly contrast: MrContrast;
  readonly slices: number;
  readonly matrix: number;
  readonly seed: number;
  readonly frameOfReferenceUid: string;
  /** Degrees by which the slices are tilted against the axial plane: 0 unless given. */
  readonly tilt?: number;
  /** Makes an oblique slice double-oblique; 0 unless given. */
  readonly swivel?: number;
  readonly sliceMm?: number;
}

interface Contrast {
  readonly values: Readonly<Record<Tissue, number>>;
  readonly acquisition: SampleDataSet;
}

const CONTRASTS: Readonly<Record<MrContrast, Contrast>> = {
  t1: {
    values: signal([900, 380, 60, 480, 470, 430, 600, 130, 170, 90, 330, 240]),
    acquisition: {
      ScanningSequence: ['GR', 'IR'],
      SequenceVariant: ['SP', 'MP'],
      SequenceName: '*tfl3d1_ns',
      RepetitionTime: '1900',
      EchoTime: '2.52',
      InversionTime: '900',
      EchoTrainLength: '1',
      FlipAngle: '9',
      PixelBandwidth: '170',
      WindowCenter: '420',
      WindowWidth: '860',
    },
  },
  t2: {
    values: signal([560, 210, 40, 330, 400, 470, 330, 980, 900, 60, 780, 120]),
    acquisition: {
      ScanningSequence: 'SE',
      SequenceVariant: ['SK', 'SP'],
      SequenceName: '*tse2d1_15',
      RepetitionTime: '4200',
      EchoTime: '101',
      EchoTrainLength: '15',
      FlipAngle: '150',
      PixelBandwidth: '220',
      WindowCenter: '520',
      WindowWidth: '1040',
    },
  },
};

const FIELD_MM = 240;

/**
 * The slices of an MR series: image, geometry and acquisition attributes (PS3.3 A.4), without patient, study and
 * series. Tilted series have true oblique Image Orientation and Position.
 */
export function* mrSlices(options: MrOptions): Generator<SampleDataSet> {
  const { matrix, slices, contrast, sliceMm = 4 } = options;
  const phantom = new HeadPhantom(options.seed);
  const spacing = FIELD_MM / matrix;
  const { row, column } = directions(options.tilt ?? 0, options.swivel ?? 0);
  const normal = cross(row, column);
  const toCorner = sum(scaled(row, -FIELD_MM / 2 + spacing / 2), scaled(column, -FIELD_MM / 2 + spacing / 2));
  for (let index = 0; index < slices; index += 1) {
    const location = (index - slices / 2) * sliceMm + 6;
    const position = sum(toCorner, scaled(normal, location));
    const image = phantom.render(
      {
        position,
        rowDirection: row,
        columnDirection: column,
        pixelSpacing: spacing,
        rows: matrix,
        columns: matrix,
      },
      { values: CONTRASTS[contrast].values, noise: 22, magnitude: true },
      index + (contrast === 't1' ? 0 : 500),
    );
    yield {
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
      Modality: 'MR',
      ImageType: ['ORIGINAL', 'PRIMARY', 'M', 'ND'],
      BodyPartExamined: 'HEAD',
      ScanOptions: '',
      MRAcquisitionType: contrast === 't1' ? '3D' : '2D',
      AngioFlag: 'N',
      SliceThickness: decimal(sliceMm),
      NumberOfAverages: '1',
      ImagingFrequency: '123.25342',
      ImagedNucleus: '1H',
      EchoNumbers: '1',
      MagneticFieldStrength: '3',
      SpacingBetweenSlices: decimal(sliceMm),
      PercentSampling: '100',
      PercentPhaseFieldOfView: '100',
      AcquisitionMatrix: [0, matrix, matrix, 0],
      InPlanePhaseEncodingDirection: 'ROW',
      VariableFlipAngleFlag: 'N',
      SAR: '0.0412',
      dBdt: '0',
      ReceiveCoilName: 'HeadMatrix',
      PatientPosition: 'HFS',
      ...CONTRASTS[contrast].acquisition,
      AcquisitionNumber: '1',
      InstanceNumber: String(index + 1),
      ImagePositionPatient: position.map(decimal),
      ImageOrientationPatient: [...row, ...column].map(decimal),
      FrameOfReferenceUID: options.frameOfReferenceUid,
      PositionReferenceIndicator: '',
      SliceLocation: decimal(location),
      SamplesPerPixel: 1,
      PhotometricInterpretation: 'MONOCHROME2',
      Rows: matrix,
      Columns: matrix,
      PixelSpacing: [decimal(spacing), decimal(spacing)],
      BitsAllocated: 16,
      BitsStored: 12,
      HighBit: 11,
      PixelRepresentation: 0,
      PixelData: new Uint8Array(image.buffer),
    };
  }
}

/** Tilts around the left-right axis, then turns around the long axis. */
function directions(tilt: number, swivel: number): { readonly row: Vector; readonly column: Vector } {
  const t = (tilt * Math.PI) / 180;
  const s = (swivel * Math.PI) / 180;
  return {
    row: [Math.cos(s), Math.sin(s), 0],
    column: [-Math.sin(s) * Math.cos(t), Math.cos(s) * Math.cos(t), Math.sin(t)],
  };
}

/** In the order fat, muscle, bone, marrow, brain, grey, white, fluid, eye, calcium, lesion, lens; air gives no signal. */
function signal(values: readonly number[]): Readonly<Record<Tissue, number>> {
  const [fat = 0, muscle = 0, bone = 0, marrow = 0, brain = 0, grey = 0, white = 0, fluid = 0] = values;
  const [eye = 0, calcium = 0, lesion = 0, lens = 0] = values.slice(8);
  return { air: 0, fat, muscle, bone, marrow, brain, grey, white, fluid, eye, calcium, lesion, lens };
}
