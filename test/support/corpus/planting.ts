// Puts identity into every attribute of Table E.1-1, and remembers every planted value so that it can be looked for.
import { buildElement, type BuiltElement } from '../dicomBuilder.js';
import { attribute, dictionaryVr } from './keywords.js';
import { uidRoot } from './plan.js';

/** Tags of Table E.1-1 as the standard writes them, without groups 0000 to 0004 and what repeats (50xx, 60xx). */
export function tableTags(rows: Readonly<Record<string, unknown>>): readonly number[] {
  return Object.keys(rows)
    .filter((id) => /^[0-9a-f]{8}$/.test(id))
    .map((id) => parseInt(id, 16))
    .filter((tag) => tag >= 0x00080000 && tag < 0xfff00000);
}

/** Attributes that make an object what it is: a planted value would make it another one. */
const structural: ReadonlySet<number> = new Set(
  ['SOPInstanceUID', 'StudyInstanceUID', 'SeriesInstanceUID', 'FrameOfReferenceUID', 'ContentSequence'].map(
    (keyword) => attribute(keyword).tag,
  ),
);

/** Values of VRs that can't be recognised by a word; each tag gets another one. */
function plantedText(tag: number, vr: string): string | undefined {
  const serial = tag % 9973;
  const word = `QZ${tag.toString(16).toUpperCase()}X`;
  switch (vr) {
    case 'AE':
    case 'CS':
    case 'SH':
    case 'LO':
    case 'LT':
    case 'PN':
    case 'ST':
    case 'UC':
    case 'UT':
      return word;
    case 'UR':
      return `http://${word}.example/`;
    case 'UI':
      return `${uidRoot}9.${tag}`;
    case 'DA':
      return day(serial);
    case 'TM':
      return `0307${String(serial % 60).padStart(2, '0')}.${String(serial).padStart(6, '7')}`;
    case 'DT':
      return `${day(serial)}0307.${String(serial).padStart(6, '7')}`.replace('0307.', '030715.');
    case 'AS':
      return `${String(100 + (serial % 20))}Y`;
    case 'DS':
      return `7.${String(serial).padStart(7, '3')}`;
    case 'IS':
      return String(1_700_000_000 + serial);
    default:
      return undefined;
  }
}

/** A day of the 1800s, another one for every serial number below 9973. */
function day(serial: number): string {
  const date = new Date(Date.UTC(1871, 0, 1 + serial));
  return date.toISOString().slice(0, 10).replaceAll('-', '');
}

export interface Planted {
  readonly elements: readonly BuiltElement[];
  /** Texts that must not be found in the result. */
  readonly texts: readonly string[];
}

/** One attribute of the table with a planted value of its VR; undefined for VRs that hold no recognisable value. */
export function plantedElement(tag: number): BuiltElement | undefined {
  const vr = dictionaryVr(tag);
  if (vr === undefined || structural.has(tag)) return undefined;
  if (vr === 'SQ') return { tag, vr, items: [{ elements: hiddenIn(tag) }] };
  if (vr === 'OB' || vr === 'UN') return { tag, vr, value: Buffer.from(`QZ${tag.toString(16)}X`) };
  const value = plantedText(tag, vr);
  return value === undefined ? undefined : { tag, vr, value };
}

/** Content of planted sequences: attributes of the table, so that both kept and removed sequences must lose them. */
function hiddenIn(tag: number): BuiltElement[] {
  const word = `QZ${tag.toString(16).toUpperCase()}N`;
  return [
    { tag: 0x00081030, vr: 'LO', value: word },
    { tag: 0x00081155, vr: 'UI', value: `${uidRoot}8.${tag}` },
    { tag: 0x00100010, vr: 'PN', value: `${word.slice(0, -1)}P^NESTED` },
  ];
}

/** Every text in planted elements, in depth. */
export function plantedTexts(elements: readonly BuiltElement[]): string[] {
  return elements.flatMap(({ value, items }) => {
    if (items) return items.flatMap((item) => plantedTexts(item.elements));
    if (typeof value === 'string') return value.split(/[\\^]/);
    return Buffer.isBuffer(value) ? [value.toString('latin1')] : [];
  });
}

/** The object with all attributes of the table that it does not have itself, and other hiding places. */
export function saturate(object: readonly BuiltElement[], tags: readonly number[]): Planted {
  const present = new Set(object.map(({ tag }) => tag));
  const planted = tags
    .filter((tag) => !present.has(tag))
    .map(plantedElement)
    .filter((element) => element !== undefined);
  const more = [...planted, ...hidingPlaces()].filter(({ tag }) => !present.has(tag));
  return {
    elements: [...object, ...more].sort((a, b) => a.tag - b.tag),
    texts: plantedTexts(more),
  };
}

/** Private elements, sequences in disguise, overlays, curves, icons, unknown and signed things. */
export function hidingPlaces(): readonly BuiltElement[] {
  const name = (word: string): BuiltElement[] => [{ tag: 0x00100010, vr: 'PN', value: word }];
  return [
    { tag: 0x00090010, vr: 'LO', value: 'QZCREATORX' },
    { tag: 0x00091001, vr: 'LO', value: 'QZPRIVATEX' },
    { tag: 0x00091002, vr: 'SQ', items: [{ elements: name('QZPRIVSQX') }] },
    { tag: 0x00091003, vr: 'UN', undefinedLength: true, items: [{ elements: name('QZPRIVUNX') }] },
    { tag: 0x000b1001, vr: 'LO', value: 'QZNOCREATORX' },
    { tag: 0x00180fff, vr: 'LO', value: 'QZUNKNOWNX' },
    { tag: 0x00290010, vr: 'LO', value: 'SIEMENS CSA HEADER' },
    { tag: 0x00291010, vr: 'OB', value: Buffer.from('SV10\x04\x03\x02\x01QZCSAX') },
    { tag: 0x50000005, vr: 'US', value: [1] },
    { tag: 0x50002500, vr: 'LO', value: 'QZCURVELABELX' },
    { tag: 0x50003000, vr: 'OW', value: Buffer.from('QZCURVEX') },
    { tag: 0x60000010, vr: 'US', value: [8] },
    { tag: 0x60000011, vr: 'US', value: [8] },
    { tag: 0x60000022, vr: 'LO', value: 'QZOVERLAYTEXTX' },
    { tag: 0x60000040, vr: 'CS', value: 'G' },
    { tag: 0x60000050, vr: 'SS', value: [1, 1] },
    { tag: 0x60000100, vr: 'US', value: [1] },
    { tag: 0x60000102, vr: 'US', value: [0] },
    { tag: 0x60001500, vr: 'LO', value: 'QZOVERLAYX' },
    { tag: 0x60003000, vr: 'OW', value: Buffer.from('QZBITSXX') },
    { tag: 0x60024000, vr: 'LT', value: 'QZOVERLAYNOTEX' },
    // A sequence of the dictionary stored as UN, implicit little endian inside; another one with an unlisted attribute.
    { tag: 0x00082218, vr: 'UN', items: [{ elements: name('QZUNSEQX') }] },
    { tag: 0xfffcfffc, vr: 'OB', value: Buffer.from('QZPADDINGX') },
  ];
}

/** A text whose value hides a sequence: items below an attribute that is none. */
export function disguisedSequence(tag: number, word: string): BuiltElement {
  const inner = buildElement({ tag: 0x00100010, vr: 'PN', value: word }, 'implicit');
  const item = Buffer.alloc(8);
  item.writeUInt16LE(0xfffe, 0);
  item.writeUInt16LE(0xe000, 2);
  item.writeUInt32LE(inner.length, 4);
  return { tag, vr: 'UN', value: Buffer.concat([item, inner]) };
}

/** VRs that a careless writer puts in the place of another; sequences and bytes keep theirs. */
const wrongVrs: Readonly<Record<string, string>> = {
  AE: 'LO', AS: 'SH', CS: 'LO', DA: 'LO', DS: 'LO', DT: 'ST', IS: 'SH', LO: 'SH', LT: 'UT', PN: 'LO', SH: 'CS',
  ST: 'LO', TM: 'SH', UC: 'UT', UI: 'LO', UR: 'ST', UT: 'LT',
}; // prettier-ignore

/** Everything that was planted under a wrong VR, every second attribute as UN; what the object is made of stays right. */
export function misfile(
  elements: readonly BuiltElement[],
  object: readonly BuiltElement[],
): readonly BuiltElement[] {
  const right = new Set(object);
  return elements.map((element) => {
    if (right.has(element) || Array.isArray(element.value)) return element;
    if (element.tag % 4 === 0 && !element.items) return { ...element, vr: 'UN' };
    return { ...element, vr: wrongVrs[element.vr] ?? element.vr };
  });
}
