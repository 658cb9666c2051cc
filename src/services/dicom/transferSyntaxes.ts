import type { Encoding } from './dataSet.js';

export interface TransferSyntax {
  readonly uid: string;
  readonly name: string;
  readonly encoding: Encoding;
  /** The whole data set is deflated (PS3.5 A.5). */
  readonly deflated: boolean;
  /** Pixel Data consists of fragments; undefined for syntaxes that are not known: the data decide. */
  readonly encapsulated: boolean | undefined;
  readonly known: boolean;
}

export const implicitLittleEndian: Encoding = { explicitVr: false, bigEndian: false };
export const explicitLittleEndian: Encoding = { explicitVr: true, bigEndian: false };
export const explicitBigEndian: Encoding = { explicitVr: true, bigEndian: true };

export const transferSyntaxUids = {
  implicitLittleEndian: '1.2.840.10008.1.2',
  explicitLittleEndian: '1.2.840.10008.1.2.1',
  deflatedExplicitLittleEndian: '1.2.840.10008.1.2.1.99',
  explicitBigEndian: '1.2.840.10008.1.2.2',
} as const;

function native(uid: string, name: string, encoding: Encoding, deflated = false): TransferSyntax {
  return { uid, name, encoding, deflated, encapsulated: false, known: true };
}

const natives: readonly TransferSyntax[] = [
  native(transferSyntaxUids.implicitLittleEndian, 'Implicit VR Little Endian', implicitLittleEndian),
  native(transferSyntaxUids.explicitLittleEndian, 'Explicit VR Little Endian', explicitLittleEndian),
  native(transferSyntaxUids.deflatedExplicitLittleEndian, 'Deflated Explicit VR Little Endian', explicitLittleEndian, true), // prettier-ignore
  native(transferSyntaxUids.explicitBigEndian, 'Explicit VR Big Endian', explicitBigEndian),

  native('1.2.840.10008.1.20', 'Papyrus 3 Implicit VR Little Endian', implicitLittleEndian),
  // A GE workstation syntax: implicit, only its pixels are big endian, and those are copied as they are.
  native('1.2.840.113619.5.2', 'GE Private Implicit VR', implicitLittleEndian),
  native('1.2.840.10008.1.2.4.94', 'JPIP Referenced', explicitLittleEndian),
  native('1.2.840.10008.1.2.4.95', 'JPIP Referenced Deflate', explicitLittleEndian, true),
  native('1.2.840.10008.1.2.4.204', 'JPIP HTJ2K Referenced', explicitLittleEndian),
  native('1.2.840.10008.1.2.4.205', 'JPIP HTJ2K Referenced Deflate', explicitLittleEndian, true),
];

/** Encapsulated syntaxes are always explicit VR little endian (PS3.5 A.4). */
const encapsulatedNames: Readonly<Record<string, string>> = {
  '1.2.840.10008.1.2.1.98': 'Encapsulated Uncompressed',
  '1.2.840.10008.1.2.5': 'RLE Lossless',
  '1.2.840.10008.1.2.8.1': 'Deflated Image Frame Compression',
  '1.2.840.10008.1.2.4.50': 'JPEG Baseline',
  '1.2.840.10008.1.2.4.51': 'JPEG Extended',
  '1.2.840.10008.1.2.4.57': 'JPEG Lossless',
  '1.2.840.10008.1.2.4.70': 'JPEG Lossless SV1',
  '1.2.840.10008.1.2.4.80': 'JPEG-LS Lossless',
  '1.2.840.10008.1.2.4.81': 'JPEG-LS Near-Lossless',
  '1.2.840.10008.1.2.4.90': 'JPEG 2000 Lossless',
  '1.2.840.10008.1.2.4.91': 'JPEG 2000',
  '1.2.840.10008.1.2.4.92': 'JPEG 2000 Part 2 Lossless',
  '1.2.840.10008.1.2.4.93': 'JPEG 2000 Part 2',
  '1.2.840.10008.1.2.4.100': 'MPEG2 Main Profile / Main Level',
  '1.2.840.10008.1.2.4.100.1': 'Fragmentable MPEG2 Main Profile / Main Level',
  '1.2.840.10008.1.2.4.101': 'MPEG2 Main Profile / High Level',
  '1.2.840.10008.1.2.4.101.1': 'Fragmentable MPEG2 Main Profile / High Level',
  '1.2.840.10008.1.2.4.102': 'MPEG-4 AVC/H.264 High Profile',
  '1.2.840.10008.1.2.4.102.1': 'Fragmentable MPEG-4 AVC/H.264 High Profile',
  '1.2.840.10008.1.2.4.103': 'MPEG-4 AVC/H.264 BD-compatible',
  '1.2.840.10008.1.2.4.103.1': 'Fragmentable MPEG-4 AVC/H.264 BD-compatible',
  '1.2.840.10008.1.2.4.104': 'MPEG-4 AVC/H.264 for 2D Video',
  '1.2.840.10008.1.2.4.104.1': 'Fragmentable MPEG-4 AVC/H.264 for 2D Video',
  '1.2.840.10008.1.2.4.105': 'MPEG-4 AVC/H.264 for 3D Video',
  '1.2.840.10008.1.2.4.105.1': 'Fragmentable MPEG-4 AVC/H.264 for 3D Video',
  '1.2.840.10008.1.2.4.106': 'MPEG-4 AVC/H.264 Stereo',
  '1.2.840.10008.1.2.4.106.1': 'Fragmentable MPEG-4 AVC/H.264 Stereo',
  '1.2.840.10008.1.2.4.107': 'HEVC/H.265 Main Profile',
  '1.2.840.10008.1.2.4.108': 'HEVC/H.265 Main 10 Profile',
  '1.2.840.10008.1.2.4.110': 'JPEG XL Lossless',
  '1.2.840.10008.1.2.4.111': 'JPEG XL JPEG Recompression',
  '1.2.840.10008.1.2.4.112': 'JPEG XL',
  '1.2.840.10008.1.2.4.201': 'HTJ2K Lossless',
  '1.2.840.10008.1.2.4.202': 'HTJ2K Lossless RPCL',
  '1.2.840.10008.1.2.4.203': 'HTJ2K',
};

const known: ReadonlyMap<string, TransferSyntax> = new Map(
  [
    ...natives,
    ...Object.entries(encapsulatedNames).map(([uid, name]): TransferSyntax => ({
      uid,
      name,
      encoding: explicitLittleEndian,
      deflated: false,
      encapsulated: true,
      known: true,
    })),
  ].map((syntax) => [syntax.uid, syntax]),
);

/** What a transfer syntax UID means (PS3.5 A, PS3.6 A.4). Unknown and private ones count as explicit VR little endian. */
export function transferSyntax(uid: string): TransferSyntax {
  return (
    known.get(uid) ?? {
      uid,
      name: 'Unknown',
      encoding: explicitLittleEndian,
      deflated: false,
      encapsulated: undefined,
      known: false,
    }
  );
}
