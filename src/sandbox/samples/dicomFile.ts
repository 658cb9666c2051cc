import { latin1, type TextEncoding } from './textEncodings.js';
import { SAMPLE_TAGS } from './sampleTags.js';

/**
 * A small writer of DICOM Part 10 files for the samples. It shares no code with src/services, so that the product's
 * reader meets files of an independent writer.
 */
export type SampleValue =
  string | number | readonly string[] | readonly number[] | Uint8Array | readonly SampleDataSet[];

/** Attributes by keyword; undefined ones are left out. Private elements stand in `privateElements`. */
export type SampleDataSet = {
  readonly [keyword in keyof typeof SAMPLE_TAGS]?: SampleValue | undefined;
} & { readonly privateElements?: readonly PrivateElement[] };

export interface PrivateElement {
  readonly tag: number;
  readonly vr: string;
  readonly value: SampleValue;
}

export const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
export const IMPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2';
export const RLE_LOSSLESS = '1.2.840.10008.1.2.5';

export interface EncodingOptions {
  readonly encoding?: TextEncoding;
  readonly implicit?: boolean;
  /** Sequences and items with delimiters in place of lengths (PS3.5 7.5). */
  readonly undefinedLengths?: boolean;
  /** Pixel Data as one fragment per frame (PS3.5 A.4). */
  readonly fragments?: readonly Uint8Array[] | undefined;
}

interface FileOptions extends EncodingOptions {
  readonly transferSyntax?: string;
  /** SOP Class and Instance UID where the data set has none: a directory (PS3.10 8.6). */
  readonly media?: Pick<SampleDataSet, 'SOPClassUID' | 'SOPInstanceUID'>;
}

const LONG_LENGTH_VRS = new Set(['OB', 'OD', 'OF', 'OL', 'OW', 'SQ', 'UC', 'UN', 'UR', 'UT']);
const TEXT_VRS = new Set(['SH', 'LO', 'ST', 'LT', 'UC', 'UT', 'PN']);
const UNDEFINED_LENGTH = 0xffffffff;
const PIXEL_DATA = SAMPLE_TAGS.PixelData[0];

/** A whole file: preamble, file meta information (PS3.10 7.1) and the data set. */
export function encodeFile(dataSet: SampleDataSet, options: FileOptions = {}): Buffer {
  const transferSyntax =
    options.transferSyntax ?? (options.implicit ? IMPLICIT_LITTLE_ENDIAN : EXPLICIT_LITTLE_ENDIAN);
  const { SOPClassUID = '', SOPInstanceUID = '' } = options.media ?? dataSet;
  const meta = Buffer.concat([
    encodeElement(0x00020001, 'OB', Uint8Array.of(0, 1), {}),
    encodeElement(0x00020002, 'UI', SOPClassUID, {}),
    encodeElement(0x00020003, 'UI', SOPInstanceUID, {}),
    encodeElement(0x00020010, 'UI', transferSyntax, {}),
    encodeElement(0x00020012, 'UI', '1.2.826.0.1.3680043.10.90210.1', {}),
    encodeElement(0x00020013, 'SH', 'PHANTOM_1', {}),
  ]);
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM', 'latin1'),
    encodeElement(0x00020000, 'UL', meta.length, {}),
    meta,
    encodeDataSet(dataSet, options),
  ]);
}

/** The data set alone, as some old modalities store it. */
export function encodeDataSet(dataSet: SampleDataSet, options: EncodingOptions): Buffer {
  const elements: PrivateElement[] = [...(dataSet.privateElements ?? [])];
  for (const [keyword, [tag, vr]] of Object.entries(SAMPLE_TAGS)) {
    const value = dataSet[keyword as keyof typeof SAMPLE_TAGS];
    if (value !== undefined) elements.push({ tag, vr, value });
  }
  elements.sort((a, b) => a.tag - b.tag);
  return Buffer.concat(elements.map(({ tag, vr, value }) => encodeElement(tag, vr, value, options)));
}

function encodeElement(tag: number, vr: string, value: SampleValue, options: EncodingOptions): Buffer {
  if (tag === PIXEL_DATA && options.fragments) return encodeFragments(options.fragments);
  if (vr === 'SQ') return encodeSequence(tag, value as readonly SampleDataSet[], options);
  const bytes = encodeValue(vr, value, options.encoding ?? latin1);
  return Buffer.concat([header(tag, vr, bytes.length, options), bytes]);
}

function encodeSequence(tag: number, items: readonly SampleDataSet[], options: EncodingOptions): Buffer {
  const open = options.undefinedLengths ?? false;
  const encoded: Buffer[] = [];
  for (const item of items) {
    const bytes = encodeDataSet(item, { ...options, fragments: undefined });
    encoded.push(itemHeader(0xfffee000, open ? UNDEFINED_LENGTH : bytes.length), bytes);
    if (open) encoded.push(itemHeader(0xfffee00d, 0));
  }
  if (open) encoded.push(itemHeader(0xfffee0dd, 0));
  const content = Buffer.concat(encoded);
  return Buffer.concat([header(tag, 'SQ', open ? UNDEFINED_LENGTH : content.length, options), content]);
}

function encodeFragments(fragments: readonly Uint8Array[]): Buffer {
  const parts = [header(PIXEL_DATA, 'OB', UNDEFINED_LENGTH, {}), itemHeader(0xfffee000, 0)];
  for (const fragment of fragments) {
    const even = padded(Buffer.from(fragment), 0);
    parts.push(itemHeader(0xfffee000, even.length), even);
  }
  parts.push(itemHeader(0xfffee0dd, 0));
  return Buffer.concat(parts);
}

/** PS3.5 7.1: explicit VR with a 16 or 32 bit length, or implicit VR with 32 bits. */
function header(tag: number, vr: string, length: number, options: EncodingOptions): Buffer {
  const long = LONG_LENGTH_VRS.has(vr);
  const bytes = Buffer.alloc(!options.implicit && long ? 12 : 8);
  bytes.writeUInt16LE(tag >>> 16, 0);
  bytes.writeUInt16LE(tag & 0xffff, 2);
  if (options.implicit) {
    bytes.writeUInt32LE(length, 4);
  } else {
    bytes.write(vr, 4, 'latin1');
    if (long) bytes.writeUInt32LE(length, 8);
    else bytes.writeUInt16LE(length, 6);
  }
  return bytes;
}

function itemHeader(tag: number, length: number): Buffer {
  return header(tag, '', length, { implicit: true });
}

function encodeValue(vr: string, value: SampleValue, encoding: TextEncoding): Buffer {
  if (value instanceof Uint8Array)
    return padded(Buffer.from(value.buffer, value.byteOffset, value.length), 0);
  const values = (typeof value === 'object' ? value : [value]) as readonly (string | number)[];
  const binary = encodeBinary(vr, values);
  if (binary) return binary;
  const text = values.join('\\');
  if (TEXT_VRS.has(vr)) return padded(encoding.encode(text, vr), 0x20);
  return padded(Buffer.from(text, 'latin1'), vr === 'UI' || vr === 'OB' || vr === 'UN' ? 0 : 0x20);
}

function encodeBinary(vr: string, values: readonly (string | number)[]): Buffer | undefined {
  const numbers = values.map(Number);
  switch (vr) {
    case 'US':
      return Buffer.from(Uint16Array.from(numbers).buffer);
    case 'SS':
      return Buffer.from(Int16Array.from(numbers).buffer);
    case 'UL':
      return Buffer.from(Uint32Array.from(numbers).buffer);
    case 'SL':
      return Buffer.from(Int32Array.from(numbers).buffer);
    case 'FL':
      return Buffer.from(Float32Array.from(numbers).buffer);
    case 'FD':
      return Buffer.from(Float64Array.from(numbers).buffer);
    case 'AT':
      return Buffer.from(Uint16Array.from(numbers.flatMap((tag) => [tag >>> 16, tag & 0xffff])).buffer);
    default:
      return undefined;
  }
}

function padded(bytes: Buffer, filler: number): Buffer {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.of(filler)]);
}
