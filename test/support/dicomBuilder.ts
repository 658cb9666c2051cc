// Builds DICOM objects byte by byte for tests, on its own: nothing here uses the reader or writer under test. In one file,
// so that the encoding rules of PS3.5 can be read together.
import { deflateRawSync } from 'node:zlib';

export interface BuiltItem {
  readonly elements: readonly BuiltElement[];
  readonly undefinedLength?: boolean;
}

/** One element to build. `value` is raw bytes, text (Latin-1) or binary numbers of the VR. */
export interface BuiltElement {
  readonly tag: number;
  readonly vr: string;
  readonly value?: Buffer | string | readonly number[];
  readonly items?: readonly BuiltItem[];
  readonly undefinedLength?: boolean;
  /** Encapsulated value: fragments without the offset table, which is written empty in front. */
  readonly fragments?: readonly Buffer[];
  /** Length field to write instead of the true one. */
  readonly declaredLength?: number;
  /** Leave an odd value odd. */
  readonly unpadded?: boolean;
}

export type Syntax = 'implicit' | 'explicit' | 'big' | 'deflated' | 'encapsulated';

export const syntaxUids: Readonly<Record<Syntax, string>> = {
  implicit: '1.2.840.10008.1.2',
  explicit: '1.2.840.10008.1.2.1',
  big: '1.2.840.10008.1.2.2',
  deflated: '1.2.840.10008.1.2.1.99',
  encapsulated: '1.2.840.10008.1.2.5',
};

export interface BuildOptions {
  readonly syntax?: Syntax;
  /** Transfer Syntax UID to write; by default that of `syntax`. Empty: none. */
  readonly transferSyntaxUid?: string;
  /** Part 10 header to write: all, prefix "DICM" only, the meta group only, or a bare data set. Default all. */
  readonly head?: 'full' | 'prefix' | 'group' | 'none';
  readonly preamble?: Buffer;
  readonly groupLength?: boolean;
  /** File meta elements beside the usual five. */
  readonly extraMeta?: readonly BuiltElement[];
  readonly sopClassUid?: string;
  readonly sopInstanceUid?: string;
  /** Bytes behind the data set. */
  readonly trailing?: Buffer;
}

interface Form {
  readonly explicit: boolean;
  readonly big: boolean;
}

const forms: Readonly<Record<Syntax, Form>> = {
  implicit: { explicit: false, big: false },
  explicit: { explicit: true, big: false },
  big: { explicit: true, big: true },
  deflated: { explicit: true, big: false },
  encapsulated: { explicit: true, big: false },
};

// ZZ stands for a VR that comes after this program was written: those have the long form (PS3.5 6.2).
const longVrs = /^(?:ZZ|OB|OD|OF|OL|OV|OW|SQ|SV|UC|UN|UR|UT|UV)$/;
const binaryVrs = /^(?:OB|OD|OF|OL|OV|OW|UN|UI)$/;
const undefinedLength = 0xffffffff;

function uint16(value: number, big: boolean): Buffer {
  const bytes = Buffer.alloc(2);
  if (big) bytes.writeUInt16BE(value);
  else bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number, big: boolean): Buffer {
  const bytes = Buffer.alloc(4);
  if (big) bytes.writeUInt32BE(value);
  else bytes.writeUInt32LE(value);
  return bytes;
}

function tagBytes(tag: number, big: boolean): Buffer {
  return Buffer.concat([uint16(tag >>> 16, big), uint16(tag & 0xffff, big)]);
}

function numbers(vr: string, values: readonly number[], big: boolean): Buffer {
  const width = { US: 2, SS: 2, OW: 2, UL: 4, SL: 4, FL: 4, OF: 4, OL: 4, FD: 8, OD: 8, AT: 4, OB: 1 }[vr];
  if (width === undefined) throw new Error(`no binary numbers in ${vr}`);
  const bytes = Buffer.alloc(values.length * width);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  values.forEach((value, index) => {
    const at = index * width;
    if (vr === 'AT') tagBytes(value, big).copy(bytes, at);
    else if (vr === 'FL' || vr === 'OF') view.setFloat32(at, value, !big);
    else if (vr === 'FD' || vr === 'OD') view.setFloat64(at, value, !big);
    else if (width === 1) view.setUint8(at, value);
    else if (width === 2) view.setUint16(at, value & 0xffff, !big);
    else view.setUint32(at, value >>> 0, !big);
  });
  return bytes;
}

function valueBytes(element: BuiltElement, form: Form): Buffer {
  if (element.items) {
    // PS3.5 6.2.2: a sequence stored as UN is implicit VR little endian inside.
    const inner = element.vr === 'UN' ? forms.implicit : form;
    const end = element.undefinedLength ? delimiter(0xfffee0dd, 0, inner) : Buffer.alloc(0);
    return Buffer.concat([...element.items.map((item) => itemBytes(item, inner)), end]);
  }
  if (element.fragments) {
    const pieces = [Buffer.alloc(0), ...element.fragments].map((fragment) =>
      Buffer.concat([delimiter(0xfffee000, fragment.length, form), fragment]),
    );
    return Buffer.concat([...pieces, delimiter(0xfffee0dd, 0, form)]);
  }
  const { value = '', vr } = element;
  const raw = Buffer.isBuffer(value)
    ? value
    : typeof value === 'string'
      ? Buffer.from(value, 'latin1')
      : numbers(vr, value, form.big);
  if (raw.length % 2 === 0 || element.unpadded) return raw;
  return Buffer.concat([raw, Buffer.of(binaryVrs.test(vr) ? 0 : 0x20)]);
}

function delimiter(tag: number, length: number, form: Form): Buffer {
  return Buffer.concat([tagBytes(tag, form.big), uint32(length, form.big)]);
}

function itemBytes(item: BuiltItem, form: Form): Buffer {
  const content = elementsBytes(item.elements, form);
  return item.undefinedLength
    ? Buffer.concat([delimiter(0xfffee000, undefinedLength, form), content, delimiter(0xfffee00d, 0, form)])
    : Buffer.concat([delimiter(0xfffee000, content.length, form), content]);
}

/** One element as bytes. */
export function buildElement(element: BuiltElement, syntax: Syntax = 'explicit'): Buffer {
  return elementBytes(element, forms[syntax]);
}

function elementBytes(element: BuiltElement, form: Form): Buffer {
  const value = valueBytes(element, form);
  const isUndefined = element.undefinedLength === true || element.fragments !== undefined;
  const length = element.declaredLength ?? (isUndefined ? undefinedLength : value.length);
  const tag = tagBytes(element.tag, form.big);
  if (!form.explicit) return Buffer.concat([tag, uint32(length, form.big), value]);
  const vr = Buffer.from(element.vr, 'latin1');
  if (longVrs.test(element.vr)) {
    return Buffer.concat([tag, vr, Buffer.alloc(2), uint32(length, form.big), value]);
  }
  return Buffer.concat([tag, vr, uint16(length, form.big), value]);
}

function elementsBytes(elements: readonly BuiltElement[], form: Form): Buffer {
  return Buffer.concat(elements.map((element) => elementBytes(element, form)));
}

/** A bare data set, not deflated. */
export function buildDataSet(elements: readonly BuiltElement[], syntax: Syntax = 'explicit'): Buffer {
  return elementsBytes(elements, forms[syntax]);
}

/** A whole file. */
export function buildDicom(elements: readonly BuiltElement[], options: BuildOptions = {}): Buffer {
  const { syntax = 'explicit', head = 'full', trailing = Buffer.alloc(0) } = options;
  const plain = Buffer.concat([buildDataSet(elements, syntax), trailing]);
  const deflated = syntax === 'deflated' ? evenLength(deflateRawSync(plain)) : plain;
  if (head === 'none') return deflated;
  const prefix = head === 'group' ? '' : 'DICM';
  const preamble = head === 'full' ? (options.preamble ?? Buffer.alloc(128)) : Buffer.alloc(0);
  return Buffer.concat([preamble, Buffer.from(prefix, 'latin1'), fileMeta(elements, options), deflated]);
}

function evenLength(bytes: Buffer): Buffer {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]);
}

function fileMeta(elements: readonly BuiltElement[], options: BuildOptions): Buffer {
  const uid = (tag: number): string => {
    const value = elements.find((element) => element.tag === tag)?.value;
    return typeof value === 'string' ? value : '';
  };
  const transferSyntaxUid = options.transferSyntaxUid ?? syntaxUids[options.syntax ?? 'explicit'];
  const meta: BuiltElement[] = [
    { tag: 0x00020001, vr: 'OB', value: Buffer.of(0, 1) },
    { tag: 0x00020002, vr: 'UI', value: options.sopClassUid ?? uid(0x00080016) },
    { tag: 0x00020003, vr: 'UI', value: options.sopInstanceUid ?? uid(0x00080018) },
    ...(transferSyntaxUid === '' ? [] : [{ tag: 0x00020010, vr: 'UI', value: transferSyntaxUid }]),
    { tag: 0x00020012, vr: 'UI', value: '1.2.826.0.1.3680043.10.999.1' },
    ...(options.extraMeta ?? []),
  ];
  const group = buildDataSet(meta);
  if (options.groupLength === false) return group;
  return Buffer.concat([buildElement({ tag: 0x00020000, vr: 'UL', value: [group.length] }), group]);
}

export interface SampleOptions {
  readonly patientName?: string;
  readonly patientId?: string;
  readonly sopInstanceUid?: string;
  readonly seriesInstanceUid?: string;
  readonly studyInstanceUid?: string;
  readonly modality?: string;
  readonly rows?: number;
  readonly columns?: number;
  readonly frames?: number;
}

/** Elements of a small CT slice that dciodvfy finds no error in, with sequences in both length styles and private elements. */
export function sampleElements(options: SampleOptions = {}): BuiltElement[] {
  const { rows = 4, columns = 6 } = options;
  const root = '1.2.826.0.1.3680043.10.999';
  const code = (value: string, meaning: string): BuiltElement[] => [
    { tag: 0x00080100, vr: 'SH', value },
    { tag: 0x00080102, vr: 'SH', value: 'DCM' },
    { tag: 0x00080104, vr: 'LO', value: meaning },
  ];
  return [
    { tag: 0x00080005, vr: 'CS', value: 'ISO_IR 100' },
    { tag: 0x00080008, vr: 'CS', value: 'ORIGINAL\\PRIMARY\\AXIAL' },
    { tag: 0x00080016, vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.2' },
    { tag: 0x00080018, vr: 'UI', value: options.sopInstanceUid ?? `${root}.4.1` },
    { tag: 0x00080020, vr: 'DA', value: '20200102' },
    { tag: 0x00080021, vr: 'DA', value: '20200102' },
    { tag: 0x00080023, vr: 'DA', value: '20200102' },
    { tag: 0x00080030, vr: 'TM', value: '101112' },
    { tag: 0x00080031, vr: 'TM', value: '101113' },
    { tag: 0x00080033, vr: 'TM', value: '101114' },
    { tag: 0x00080050, vr: 'SH', value: 'ACC123' },
    { tag: 0x00080060, vr: 'CS', value: options.modality ?? 'CT' },
    { tag: 0x00080070, vr: 'LO', value: 'Phantom Works' },
    { tag: 0x00080090, vr: 'PN', value: 'Refer^Ring' },
    { tag: 0x00081030, vr: 'LO', value: 'Head for Müller' },
    {
      tag: 0x00081110,
      vr: 'SQ',
      undefinedLength: true,
      items: [
        {
          undefinedLength: true,
          elements: [
            { tag: 0x00081150, vr: 'UI', value: '1.2.840.10008.3.1.2.3.1' },
            { tag: 0x00081155, vr: 'UI', value: `${root}.7.7` },
          ],
        },
      ],
    },
    {
      tag: 0x00082218,
      vr: 'SQ',
      items: [{ elements: code('T-D1100', 'Head') }],
    },
    { tag: 0x00091001, vr: 'LO', value: 'no creator' },
    { tag: 0x00100010, vr: 'PN', value: options.patientName ?? 'Müller^Jörg' },
    { tag: 0x00100020, vr: 'LO', value: options.patientId ?? 'HOSP0001' },
    { tag: 0x00100030, vr: 'DA', value: '19700102' },
    { tag: 0x00100040, vr: 'CS', value: 'M' },
    { tag: 0x00110010, vr: 'LO', value: 'ACME 1.0' },
    { tag: 0x00111001, vr: 'FD', value: [1.5, -2.25] },
    {
      tag: 0x00111002,
      vr: 'SQ',
      undefinedLength: true,
      items: [{ elements: [{ tag: 0x00100010, vr: 'PN', value: 'Müller^Jörg' }] }],
    },
    { tag: 0x00180050, vr: 'DS', value: '2.5' },
    { tag: 0x00180060, vr: 'DS', value: '120' },
    { tag: 0x00185100, vr: 'CS', value: 'HFS' },
    { tag: 0x0020000d, vr: 'UI', value: options.studyInstanceUid ?? `${root}.2.1` },
    { tag: 0x0020000e, vr: 'UI', value: options.seriesInstanceUid ?? `${root}.3.1` },
    { tag: 0x00200010, vr: 'SH', value: 'S1' },
    { tag: 0x00200011, vr: 'IS', value: '1' },
    { tag: 0x00200012, vr: 'IS', value: '1' },
    { tag: 0x00200013, vr: 'IS', value: '1' },
    { tag: 0x00200032, vr: 'DS', value: '-125.0\\-125.0\\10' },
    { tag: 0x00200037, vr: 'DS', value: '1\\0\\0\\0\\1\\0' },
    { tag: 0x00200052, vr: 'UI', value: `${root}.5.1` },
    { tag: 0x00200060, vr: 'CS', value: '' },
    { tag: 0x00201040, vr: 'LO', value: '' },
    { tag: 0x00280002, vr: 'US', value: [1] },
    { tag: 0x00280004, vr: 'CS', value: 'MONOCHROME2' },
    ...(options.frames === undefined ? [] : [{ tag: 0x00280008, vr: 'IS', value: String(options.frames) }]),
    { tag: 0x00280010, vr: 'US', value: [rows] },
    { tag: 0x00280011, vr: 'US', value: [columns] },
    { tag: 0x00280030, vr: 'DS', value: '0.5\\0.5' },
    { tag: 0x00280100, vr: 'US', value: [16] },
    { tag: 0x00280101, vr: 'US', value: [12] },
    { tag: 0x00280102, vr: 'US', value: [11] },
    { tag: 0x00280103, vr: 'US', value: [0] },
    { tag: 0x00281052, vr: 'DS', value: '-1024' },
    { tag: 0x00281053, vr: 'DS', value: '1' },
  ];
}

/** Native pixels of the sample: a ramp, so that any shift shows. */
export function samplePixels(options: SampleOptions = {}): BuiltElement {
  const count = (options.rows ?? 4) * (options.columns ?? 6) * (options.frames ?? 1);
  return {
    tag: 0x7fe00010,
    vr: 'OW',
    value: Array.from({ length: count }, (_, index) => (index * 37) & 0xfff),
  };
}

/** Encapsulated pixels of arbitrary bytes: `frames` fragments of `size` bytes. */
export function sampleFragments(frames: number, size: number): BuiltElement {
  return {
    tag: 0x7fe00010,
    vr: 'OB',
    fragments: Array.from({ length: frames }, (_, frame) =>
      Buffer.from(Array.from({ length: size }, (_unused, index) => (frame * 31 + index * 7) & 0xff)),
    ),
  };
}

/** A whole sample file; the shortest way to "some valid object". */
export function buildSample(options: SampleOptions & BuildOptions = {}): Buffer {
  const pixels = options.syntax === 'encapsulated' ? sampleFragments(2, 50) : samplePixels(options);
  return buildDicom([...sampleElements(options), pixels], options);
}
