import type { DataElement, DataItem, Encoding, Tag } from '../dicom/dataSet.js';
import { bytesElement, findElement, firstText, sequenceElement, textElement } from '../dicom/elements.js';
import { tags } from '../dicom/tags.js';
import type { Vr } from '../dicom/vr.js';

/** Word that stands where a non-empty text is needed and the original must go (PS3.15 E.1.1, action D). */
export const removedWord = 'REMOVED';
const word = removedWord;

const localScheme = '99REMOVED';
const removedText = 'Content removed by de-identification';

/** Texts that stand in de-identified objects of anybody, beside dates and numbers. */
export const ownWords: ReadonlySet<string> = new Set([
  removedWord, localScheme, removedText, 'DCM', 'urn:removed', 'Key Object Description', 'Comment',
]); // prettier-ignore

const texts: Partial<Record<Vr, string>> = {
  AE: word, AS: '000Y', CS: word, DA: '19000101', DS: '0', DT: '19000101000000', IS: '0', LO: word, LT: word,
  PN: word, SH: word, ST: word, TM: '000000', UC: word, UR: 'urn:removed', UT: word,
}; // prettier-ignore

const widths: Partial<Record<Vr, number>> = { FD: 8, FL: 4, OB: 2, OW: 2, SL: 4, SS: 2, UL: 4, UN: 2, US: 2 };

/**
 * A dummy of a VR; binary values become zeros of one value's width.
 * @param object top level of the original, for dummies that must fit to what stays.
 */
export function dummyElement(
  tag: Tag,
  vr: Vr,
  encoding: Encoding,
  object: readonly DataElement[] = [],
): DataElement {
  if (vr === 'SQ') return sequenceElement(tag, dummyItems(tag, encoding, object), encoding);
  const text = texts[vr];
  return text === undefined
    ? bytesElement(tag, vr, Buffer.alloc(widths[vr] ?? 8), encoding)
    : textElement(tag, vr, text, encoding);
}

/** Items for the sequences that the table replaces instead of emptying: the attributes that are Type 1 inside. */
function dummyItems(tag: Tag, encoding: Encoding, object: readonly DataElement[]): readonly DataItem[] {
  const code: DataItem = {
    elements: [
      textElement(tags.CodeValue, 'SH', word, encoding),
      textElement(tags.CodingSchemeDesignator, 'SH', localScheme, encoding),
      textElement(tags.CodeMeaning, 'LO', word, encoding),
    ],
  };
  switch (tag) {
    case 0x0040a730:
      return [removedContent(encoding, firstText(object, tags.SOPClassUID) === keyObjectSelection)];
    case 0x0040a073: // Verifying Observer Sequence, PS3.3 C.17.2
      return [
        {
          elements: [
            textElement(0x0040a027, 'LO', word, encoding),
            textElement(0x0040a030, 'DT', '19000101000000', encoding),
            textElement(0x0040a075, 'PN', word, encoding),
            sequenceElement(0x0040a088, [], encoding),
          ],
        },
      ];
    case 0x00081072: // Operator Identification Sequence
      return [{ elements: [sequenceElement(0x00401101, [code], encoding)] }];
    case 0x00700001: // Graphic Annotation Sequence, PS3.3 C.10.5: one point in a layer that exists
      return [removedGraphic(encoding, firstLayer(object))];
    case 0x00340001:
      return [{ elements: [bytesElement(0x00340002, 'OB', Buffer.alloc(2), encoding)] }];
    default:
      return [code];
  }
}

const keyObjectSelection = '1.2.840.10008.5.1.4.1.1.88.59';

/** One text that says what happened, valid below any root container of a report or key object note (PS3.3 C.17.3). */
function removedContent(encoding: Encoding, ofKeyObjects: boolean): DataItem {
  const [code, meaning] = ofKeyObjects ? ['113012', 'Key Object Description'] : ['121106', 'Comment'];
  return {
    elements: [
      textElement(0x0040a010, 'CS', 'CONTAINS', encoding),
      textElement(0x0040a040, 'CS', 'TEXT', encoding),
      sequenceElement(
        0x0040a043,
        [
          {
            elements: [
              textElement(tags.CodeValue, 'SH', code, encoding),
              textElement(tags.CodingSchemeDesignator, 'SH', 'DCM', encoding),
              textElement(tags.CodeMeaning, 'LO', meaning, encoding),
            ],
          },
        ],
        encoding,
      ),
      textElement(0x0040a160, 'UT', word, encoding),
    ],
  };
}

/** Layers are kept, and an annotation must name one of them (PS3.3 C.10.7). */
function firstLayer(object: readonly DataElement[]): string {
  const layers = findElement(object, 0x00700060)?.items ?? [];
  return firstText(layers[0]?.elements ?? [], 0x00700002) ?? word;
}

function removedGraphic(encoding: Encoding, layer: string): DataItem {
  const point = Buffer.alloc(8);
  const pairOf16 = (n: number): Buffer => {
    const bytes = Buffer.alloc(2);
    if (encoding.bigEndian) bytes.writeUInt16BE(n);
    else bytes.writeUInt16LE(n);
    return bytes;
  };
  return {
    elements: [
      textElement(0x00700002, 'CS', layer, encoding),
      sequenceElement(
        0x00700009,
        [
          {
            elements: [
              textElement(0x00700005, 'CS', 'PIXEL', encoding),
              bytesElement(0x00700020, 'US', pairOf16(2), encoding),
              bytesElement(0x00700021, 'US', pairOf16(1), encoding),
              bytesElement(0x00700022, 'FL', point, encoding),
              textElement(0x00700023, 'CS', 'POINT', encoding),
            ],
          },
        ],
        encoding,
      ),
    ],
  };
}

/** The smallest document of a MIME type, for Encapsulated Document (0042,0011). */
export function dummyDocument(mimeType: string): Buffer {
  if (mimeType.toLowerCase().includes('xml'))
    return Buffer.from('<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"/>');
  if (mimeType.toLowerCase() !== 'application/pdf') return Buffer.alloc(2);
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>',
  ];
  let text = '%PDF-1.4\n';
  const offsets: number[] = [];
  objects.forEach((body, index) => {
    offsets.push(text.length);
    text += `${index + 1} 0 obj${body}endobj\n`;
  });
  const start = text.length;
  const lines = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  text += `xref\n0 4\n0000000000 65535 f \n${lines}trailer<</Size 4/Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}
