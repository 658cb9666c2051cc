import assert from 'node:assert/strict';
import type { DataElement, Encoding } from '../../../src/services/dicom/dataSet.js';
import {
  bytesElement,
  emptyElement,
  findElement,
  numberElement,
  sequenceElement,
  textElement,
  withItems,
} from '../../../src/services/dicom/elements.js';
import { readDicom } from '../../../src/services/dicom/part10Reader.js';
import {
  encodeDataSet,
  encodeElement,
  encodeFileMeta,
  segmentsSize,
} from '../../../src/services/dicom/part10Writer.js';
import { tags } from '../../../src/services/dicom/tags.js';
import {
  explicitBigEndian,
  explicitLittleEndian,
  implicitLittleEndian,
} from '../../../src/services/dicom/transferSyntaxes.js';
import { buildDataSet, buildDicom, buildElement, type Syntax } from '../../support/dicomBuilder.js';
import { refused, written } from '../../support/dicomChecks.js';
import { MemorySource } from '../../support/memorySource.js';

const encodings: readonly (readonly [Syntax, Encoding])[] = [
  ['implicit', implicitLittleEndian],
  ['explicit', explicitLittleEndian],
  ['big', explicitBigEndian],
];

describe('encoding new elements', () => {
  for (const [syntax, encoding] of encodings) {
    it(`text, numbers and sequences, ${syntax}`, () => {
      const made: readonly DataElement[] = [
        textElement(tags.ImageType, 'CS', ['DERIVED', 'PRIMARY'], encoding),
        textElement(tags.SOPInstanceUID, 'UI', '1.2.3', encoding),
        sequenceElement(
          tags.ReferencedImageSequence,
          [{ elements: [textElement(tags.ReferencedSOPInstanceUID, 'UI', '1.2', encoding)] }],
          encoding,
        ),
        emptyElement(tags.PatientName, 'PN', encoding),
        numberElement(tags.Rows, 'US', 512, encoding),
        numberElement(0x00189804, 'FD', [1.5, -3], encoding),
        bytesElement(0x00420011, 'OB', Buffer.of(1, 2, 3), encoding),
      ];
      const expected = buildDataSet(
        [
          { tag: 0x00080008, vr: 'CS', value: 'DERIVED\\PRIMARY' },
          { tag: 0x00080018, vr: 'UI', value: '1.2.3' },
          {
            tag: 0x00081140,
            vr: 'SQ',
            items: [{ elements: [{ tag: 0x00081155, vr: 'UI', value: '1.2' }] }],
          },
          { tag: 0x00100010, vr: 'PN' },
          { tag: 0x00189804, vr: 'FD', value: [1.5, -3] },
          { tag: 0x00280010, vr: 'US', value: [512] },
          { tag: 0x00420011, vr: 'OB', value: Buffer.of(1, 2, 3) },
        ],
        syntax,
      );
      const segments = encodeDataSet(made, encoding);
      assert.equal(segments.length, 1);
      assert.equal(segmentsSize(segments), expected.length);
      assert.deepEqual(segments, [{ bytes: expected }]);
    });
  }

  it('pads by VR: NUL for UIDs and bytes, spaces for text', () => {
    const last = (vr: 'UI' | 'LO' | 'OB' | 'UN'): number | undefined =>
      encodeElement({ tag: 0x00100020, vr, storedVr: vr, value: Buffer.from('1') }, explicitLittleEndian).at(
        -1,
      );
    assert.deepEqual([last('UI'), last('OB'), last('UN'), last('LO')], [0, 0, 0, 0x20]);
  });

  it('a value too long for 16 bits of length becomes UN', () => {
    const longest = textElement(tags.ImageComments, 'LT', 'x'.repeat(65534), explicitLittleEndian);
    assert.equal(encodeElement(longest, explicitLittleEndian).toString('latin1', 4, 6), 'LT');
    const longer = textElement(tags.ImageComments, 'LT', 'x'.repeat(65535), explicitLittleEndian);
    assert.deepEqual(
      encodeElement(longer, explicitLittleEndian),
      buildElement({ tag: tags.ImageComments, vr: 'UN', value: `${'x'.repeat(65535)} ` }),
    );
  });

  it('file meta: preamble of zeros, prefix, true group length', () => {
    const meta = encodeFileMeta([
      textElement(tags.TransferSyntaxUID, 'UI', '1.2.840.10008.1.2', explicitLittleEndian),
      bytesElement(tags.FileMetaInformationVersion, 'OB', Buffer.of(0, 1), explicitLittleEndian),
      textElement(tags.MediaStorageSOPClassUID, 'UI', '1.2.3', explicitLittleEndian),
      textElement(tags.MediaStorageSOPInstanceUID, 'UI', '1.2.3.4', explicitLittleEndian),
      textElement(tags.ImplementationClassUID, 'UI', '1.2.826.0.1.3680043.10.999.1', explicitLittleEndian),
    ]);
    const options = { syntax: 'implicit', sopClassUid: '1.2.3', sopInstanceUid: '1.2.3.4' } as const;
    assert.deepEqual(meta, buildDicom([], options));
  });
});

describe('encoding edited objects', () => {
  const item = { tag: 0x00080100, vr: 'SH', value: 'CODE' };
  const rest = { tag: 0x00080104, vr: 'LO', value: 'Meaning' };

  for (const vr of ['SQ', 'UN'] as const) {
    for (const undefinedLength of [true, false]) {
      for (const syntax of ['explicit', 'big'] as const) {
        it(`keeps how a sequence was stored: ${vr}, ${undefinedLength ? 'un' : ''}defined length, ${syntax}`, () => {
          const sequence = (elements: (typeof item)[]) => ({
            tag: 0x00082218,
            vr,
            undefinedLength,
            items: [{ elements, undefinedLength }, { elements: [rest] }],
          });
          const source = new MemorySource(buildDicom([sequence([item, rest])], { syntax }));
          const object = readDicom(source);
          const [read] = object.elements;
          assert.ok(read?.items);
          const edited = withItems(
            read,
            read.items.map((each) => ({
              ...each,
              elements: each.elements.filter((element) => element.tag !== item.tag),
            })),
          );
          assert.deepEqual(written(object, source, [edited]), buildDataSet([sequence([rest])], syntax));
        });
      }
    }
  }

  it('mixes bytes and ranges, and joins neighbours', () => {
    const range = (offset: number, length: number): DataElement => ({
      tag: 0x7fe00000 + offset,
      vr: 'OW',
      storedVr: 'OW',
      range: { offset, length },
    });
    const text = textElement(tags.PatientName, 'PN', 'A', explicitLittleEndian);
    const segments = encodeDataSet(
      [
        range(100, 50),
        text,
        range(150, 10),
        range(200, 5),
        textElement(tags.PatientID, 'LO', 'B', explicitLittleEndian),
      ],
      explicitLittleEndian,
    );
    assert.deepEqual(
      segments.map((segment) => ('range' in segment ? segment.range : segment.bytes.length)),
      [20, { offset: 100, length: 60 }, { offset: 200, length: 5 }],
    );
    refused(() => encodeElement(range(1, 2), explicitLittleEndian), 'CONTENT_NOT_SUPPORTED');
  });

  it('changes the form of headers, never the byte order of values', () => {
    const element = { tag: 0x00280010, vr: 'US', value: [7] };
    const read = (syntax: Syntax): DataElement => {
      const found = findElement(
        readDicom(new MemorySource(buildDicom([element], { syntax }))).elements,
        element.tag,
      );
      assert.ok(found);
      return found;
    };
    assert.deepEqual(encodeElement(read('implicit'), explicitLittleEndian), buildElement(element));
    assert.deepEqual(
      encodeElement(read('explicit'), implicitLittleEndian),
      buildElement(element, 'implicit'),
    );
    refused(() => encodeElement(read('big'), explicitLittleEndian), 'CONTENT_NOT_SUPPORTED');
    const pixels: DataElement = {
      tag: tags.PixelData,
      vr: 'OW',
      storedVr: undefined,
      range: { offset: 0, length: 8 },
    };
    refused(() => encodeDataSet([pixels], explicitLittleEndian), 'CONTENT_NOT_SUPPORTED');
  });
});
