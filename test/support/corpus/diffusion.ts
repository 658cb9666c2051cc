// A diffusion series as the scanners of three vendors write it: b values and gradient directions in private elements.
import type { BuiltElement } from '../dicomBuilder.js';
import { dataSet, type DataSet } from './keywords.js';
import { mr } from './crossSectional.js';
import { plane } from './modules.js';
import { uids } from './plan.js';

export const vendors = ['SIEMENS', 'GE MEDICAL SYSTEMS', 'Philips Medical Systems'] as const;

export type Vendor = (typeof vendors)[number];

interface Volume {
  readonly b: number;
  /** Unit vector in patient axes. */
  readonly direction: readonly [number, number, number];
}

const volumes: readonly Volume[] = [
  { b: 0, direction: [0, 0, 0] },
  { b: 1000, direction: [1, 0, 0] },
  { b: 1000, direction: [0, 0.6, 0.8] },
  { b: 2000, direction: [0.6, -0.8, 0] },
];
const slices = 4;

export interface DiffusionFile {
  readonly name: string;
  readonly elements: readonly BuiltElement[];
}

/** Classic MR images of one series, slice after slice of each volume. */
export function diffusionSeries(vendor: Vendor): readonly DiffusionFile[] {
  return volumes.flatMap((volume, at) =>
    Array.from({ length: slices }, (_, slice) => {
      const number = at * slices + slice + 1;
      const elements = [...dataSet(image(vendor, number, slice, at)), ...privateElements(vendor, volume, at)];
      return { name: `dwi${number}`, elements: elements.sort((a, b) => a.tag - b.tag) };
    }),
  );
}

function image(vendor: Vendor, number: number, slice: number, volume: number): DataSet {
  return {
    ...mr(1),
    ...plane(slice),
    SOPInstanceUID: uids.instance(`${vendor}${number}`),
    SeriesInstanceUID: uids.series(vendor),
    Manufacturer: vendor,
    ImageType:
      vendor === 'SIEMENS' ? 'ORIGINAL\\PRIMARY\\DIFFUSION\\NONE\\ND' : 'ORIGINAL\\PRIMARY\\M_SE\\M\\SE',
    ScanningSequence: 'EP',
    SequenceName: `*ep_b${volumes[volume]?.b ?? 0}#${volume}`,
    SeriesDescription: 'ep2d_diff',
    ProtocolName: 'ep2d_diff',
    AcquisitionNumber: String(volume + 1),
    InstanceNumber: String(number),
    AcquisitionTime: `1016${String(volume * 5).padStart(2, '0')}.5`,
    InPlanePhaseEncodingDirection: 'COL',
    SpacingBetweenSlices: '2.5',
  };
}

function privateElements(vendor: Vendor, { b, direction }: Volume, at: number): readonly BuiltElement[] {
  const creator = (tag: number, value: string): BuiltElement => ({ tag, vr: 'LO', value });
  const [x, y, z] = direction;
  switch (vendor) {
    case 'SIEMENS':
      return [
        creator(0x00190010, 'SIEMENS MR HEADER'),
        { tag: 0x00191008, vr: 'CS', value: 'IMAGE NUM 4' },
        { tag: 0x0019100c, vr: 'IS', value: String(b) },
        { tag: 0x0019100d, vr: 'CS', value: b === 0 ? 'NONE' : 'DIRECTIONAL' },
        ...(b === 0
          ? []
          : [
              { tag: 0x0019100e, vr: 'FD', value: direction },
              {
                tag: 0x00191027,
                vr: 'FD',
                value: [x * x, x * y, x * z, y * y, y * z, z * z].map((n) => n * b),
              },
            ]),
        creator(0x00290010, 'SIEMENS CSA HEADER'),
        { tag: 0x00291020, vr: 'OB', value: Buffer.from('Protocol of Plantedname') },
      ];
    case 'GE MEDICAL SYSTEMS':
      return [
        creator(0x00190010, 'GEMS_ACQU_01'),
        { tag: 0x001910bb, vr: 'DS', value: String(x) },
        { tag: 0x001910bc, vr: 'DS', value: String(y) },
        { tag: 0x001910bd, vr: 'DS', value: String(z) },
        { tag: 0x001910e0, vr: 'DS', value: '3' },
        creator(0x00430010, 'GEMS_PARM_01'),
        { tag: 0x00431039, vr: 'IS', value: `${b}\\8\\0\\0` },
      ];
    case 'Philips Medical Systems':
      return [
        creator(0x20010010, 'Philips Imaging DD 001'),
        { tag: 0x20011003, vr: 'FL', value: [b] },
        { tag: 0x2001100b, vr: 'CS', value: 'TRANSVERSAL' },
        { tag: 0x20011018, vr: 'SL', value: [slices] },
        creator(0x20050010, 'Philips MR Imaging DD 001'),
        creator(0x20050014, 'Philips MR Imaging DD 005'),
        { tag: 0x2005100d, vr: 'FL', value: [0] },
        { tag: 0x2005100e, vr: 'FL', value: [2.5] },
        { tag: 0x200510b0, vr: 'FL', value: [x] },
        { tag: 0x200510b1, vr: 'FL', value: [y] },
        { tag: 0x200510b2, vr: 'FL', value: [z] },
        { tag: 0x20051412, vr: 'IS', value: b === 0 ? '1' : '2' },
        { tag: 0x20051413, vr: 'IS', value: String(Math.max(at, 1)) },
      ];
  }
}
