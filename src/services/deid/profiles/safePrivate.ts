import type { Vr } from '../../dicom/vr.js';
import type { SafePrivateElement } from './profile.js';

type Block = readonly [creator: string, group: number, elements: Readonly<Record<number, Vr>>];

/**
 * Private elements known to be safe: numbers and short codes that describe how an image was made. Chosen for what
 * diffusion, scaling and slice order need. Tags and VRs agree with the private dictionaries of DCMTK and pydicom; those of
 * UIH, which neither has, with what dcm2niix reads (nii_dicom.cpp). None of them holds a free text, a date or a UID; the
 * CSA headers of Siemens, which everybody would like to have, are not here: their protocol holds names and dates.
 */
const blocks: readonly Block[] = [
  // Siemens MR, since VB13: mosaic layout, diffusion, readout.
  [
    'SIEMENS MR HEADER',
    0x0019,
    {
      0x0a: 'US', // Number of images in mosaic
      0x0b: 'DS', // Slice measurement duration, ms
      0x0c: 'IS', // B value, s/mm2
      0x0d: 'CS', // Diffusion directionality
      0x0e: 'FD', // Diffusion gradient direction, patient axes
      0x15: 'FD', // Slice position
      0x16: 'DS', // Time after start, s
      0x18: 'IS', // Real dwell time, ns
      0x27: 'FD', // B matrix
      0x28: 'FD', // Bandwidth per pixel, phase encode
      0x29: 'FD', // Times of the slices of a mosaic, ms
    },
  ],
  // Acquisition matrix, coil elements, mode of parallel imaging, positive directions.
  ['SIEMENS MR HEADER', 0x0051, { 0x0b: 'SH', 0x0f: 'LO', 0x11: 'LO', 0x13: 'SH' }],
  // GE MR: gradient directions, b value, scaling of echoes.
  [
    'GEMS_ACQU_01',
    0x0019,
    {
      0xbb: 'DS', // User data 20 to 22: diffusion direction x, y, z
      0xbc: 'DS',
      0xbd: 'DS',
      0xe0: 'DS', // User data 24: number of diffusion directions
    },
  ],
  ['GEMS_RELA_01', 0x0021, { 0x4f: 'SS' }], // Locations in acquisition
  [
    'GEMS_PARM_01',
    0x0043,
    {
      0x2c: 'SS', // Effective echo spacing
      0x2f: 'SS', // Image type: real, imaginary, phase, magnitude
      0x39: 'IS', // Integer slop: the first is the b value
      0x83: 'DS', // Asset R factors
      0x8a: 'CS', // In-plane phase encoding direction
    },
  ],
  // Philips MR: diffusion, slice order, and the slope and intercept that give comparable numbers.
  [
    'Philips Imaging DD 001',
    0x2001,
    {
      0x03: 'FL', // Diffusion b factor
      0x04: 'CS', // Diffusion direction
      0x08: 'IS', // Phase number
      0x0a: 'IS', // Slice number
      0x0b: 'CS', // Slice orientation
      0x13: 'SL', // EPI factor
      0x17: 'SL', // Number of phases
      0x18: 'SL', // Number of slices
      0x22: 'FL', // Water fat shift
      0x60: 'SL', // Number of stacks
      0x81: 'IS', // Number of dynamic scans
    },
  ],
  [
    'Philips MR Imaging DD 001',
    0x2005,
    {
      0x0d: 'FL', // Scale intercept
      0x0e: 'FL', // Scale slope
      0x30: 'FL', // Repetition time
      0xb0: 'FL', // Diffusion direction RL, AP, FH
      0xb1: 'FL',
      0xb2: 'FL',
    },
  ],
  [
    'Philips MR Imaging DD 005',
    0x2005,
    {
      0x09: 'DS', // Rescale intercept
      0x0a: 'DS', // Rescale slope
      0x12: 'IS', // Diffusion b value number
      0x13: 'IS', // Gradient orientation number
      0x14: 'SL', // Number of diffusion b values
      0x15: 'SL', // Number of gradient orientations
    },
  ],
  // United Imaging MR: b value and gradient direction.
  ['Image Private Header', 0x0065, { 0x09: 'FD', 0x37: 'FD' }],
  // Philips PET: factors from stored counts to SUV and to activity concentration.
  ['Philips PET Private Group', 0x7053, { 0x00: 'DS', 0x09: 'DS' }],
];

/** The list of the program; profile files may add to it. */
export const knownSafePrivate: readonly SafePrivateElement[] = blocks.flatMap(([creator, group, elements]) =>
  Object.entries(elements).map(([element, vr]) => ({ creator, group, element: Number(element), vr })),
);
