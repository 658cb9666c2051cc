import assert from 'node:assert/strict';
import { findElement, firstText, textValues } from '../../../src/services/dicom/elements.js';
import { tags } from '../../../src/services/dicom/tags.js';
import { disguisedSequence } from '../../support/corpus/planting.js';
import type { BuiltElement } from '../../support/dicomBuilder.js';
import { contains, ctElements, DeidBench, pixels } from './deidFixture.js';

const marker = 'Zq7plant';
/** A sequence that the table does not name. */
const detectors = 0x00540016;

describe('what hides identity elsewhere', () => {
  let bench: DeidBench;
  before(() => (bench = new DeidBench()));
  after(() => bench.dispose());

  for (const [title, element] of [
    ['a private element with its creator', { tag: 0x00091001, vr: 'LO', value: marker }],
    ['a private creator', { tag: 0x00090010, vr: 'LO', value: marker }],
    [
      'a private sequence',
      { tag: 0x00291010, vr: 'SQ', items: [{ elements: [{ tag: 0x00080104, vr: 'LO', value: marker }] }] },
    ],
    [
      'a private element stored as UN of undefined length',
      {
        tag: 0x00291020,
        vr: 'UN',
        undefinedLength: true,
        items: [{ elements: [{ tag: 0x00100010, vr: 'PN', value: marker }] }],
      },
    ],
    ['an element that the dictionary does not know', { tag: 0x00060099, vr: 'LO', value: marker }],
    ['curve data', { tag: 0x50003000, vr: 'OW', value: marker }],
    ['overlay data', { tag: 0x60023000, vr: 'OW', value: marker }],
    ['an overlay label', { tag: 0x60021500, vr: 'LO', value: marker }],
    [
      'a private element in a public sequence',
      { tag: detectors, vr: 'SQ', items: [{ elements: [{ tag: 0x00091001, vr: 'LO', value: marker }] }] },
    ],
    ['a name stored as LO', { tag: 0x00081048, vr: 'LO', value: marker }],
    [
      'a table row inside a sequence stored as UN',
      { tag: 0x00540016, vr: 'UN', items: [{ elements: [{ tag: 0x00081048, vr: 'PN', value: marker }] }] },
    ],
    [
      'a digital signature',
      { tag: 0xfffafffa, vr: 'SQ', items: [{ elements: [{ tag: 0x00080104, vr: 'LO', value: marker }] }] },
    ],
    ['trailing padding', { tag: 0xfffcfffc, vr: 'OB', value: marker }],
    [
      'an icon',
      { tag: 0x00880200, vr: 'SQ', items: [{ elements: [{ tag: 0x7fe00010, vr: 'OW', value: marker }] }] },
    ],
    ['a name that the table forgets', { tag: 0x00142006, vr: 'PN', value: marker }],
    ['a name under an attribute that is none', { tag: 0x00080070, vr: 'PN', value: marker }],
    ['an address', { tag: 0x00081190, vr: 'UR', value: `http://${marker}/` }],
    ['an application entity', { tag: 0x00001030, vr: 'AE', value: marker }],
    ['a command element', { tag: 0x00000902, vr: 'LO', value: marker }],
    ['an element of a directory', { tag: 0x00041130, vr: 'CS', value: marker }],
    ['the title of a document', { tag: 0x00420010, vr: 'ST', value: marker }],
    ['a note of a waveform', { tag: 0x00700006, vr: 'ST', value: marker }],
    [
      'attributes that were encrypted',
      { tag: 0x04000500, vr: 'SQ', items: [{ elements: [{ tag: 0x04000520, vr: 'OB', value: marker }] }] },
    ],
    ['a sequence in disguise', disguisedSequence(0x00080070, marker)],
    [
      'items under an attribute that is no sequence',
      { tag: 0x00080070, vr: 'SQ', items: [{ elements: [{ tag: 0x00080104, vr: 'LO', value: marker }] }] },
    ],
    [
      'pixels in a sequence that stays',
      { tag: detectors, vr: 'SQ', items: [{ elements: [{ tag: 0x7fe00010, vr: 'OW', value: marker }] }] },
    ],
    [
      'fragments under another attribute than Pixel Data',
      { tag: 0x00282000, vr: 'OB', fragments: [Buffer.from(marker)] },
    ],
  ] as const satisfies readonly (readonly [string, BuiltElement])[]) {
    it(`removes ${title}`, () => {
      const { bytes } = bench.made(ctElements([element]));
      assert.ok(!contains(bytes, marker));
    });
  }

  it('clears the preamble, the file meta and the bytes behind the data set', () => {
    const { bytes, object } = bench.made(ctElements([{ tag: 0xfffcfffc, vr: 'OB', value: 'x' }]), {
      preamble: Buffer.alloc(128, marker),
      extraMeta: [
        { tag: 0x00020016, vr: 'AE', value: marker },
        { tag: 0x00020100, vr: 'UI', value: '1.2.3.444' },
        { tag: 0x00020102, vr: 'OB', value: marker },
      ],
    });
    assert.ok(!contains(bytes, marker));
    assert.ok(bytes.subarray(0, 128).every((byte) => byte === 0));
    assert.equal(
      firstText(object.fileMeta, tags.MediaStorageSOPInstanceUID),
      firstText(object.elements, tags.SOPInstanceUID),
    );
  });

  it('replaces instance UIDs that the table forgets, by value, and keeps class UIDs', () => {
    const { object } = bench.made(
      ctElements([
        { tag: 0x00080117, vr: 'UI', value: '1.2.826.0.1.3680043.10.555.77' },
        { tag: 0x00081167, vr: 'UI', value: '1.2.826.0.1.3680043.10.777.3' },
        {
          tag: 0x00081140,
          vr: 'SQ',
          items: [
            {
              elements: [
                { tag: 0x00081150, vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.2' },
                { tag: 0x00081155, vr: 'UI', value: '1.2.826.0.1.3680043.10.777.3' },
              ],
            },
          ],
        },
      ]),
    );
    assert.equal(firstText(object.elements, 0x00080117), '1.2.826.0.1.3680043.10.555.77');
    const mapped = firstText(object.elements, tags.SOPInstanceUID);
    assert.equal(firstText(object.elements, 0x00081167), mapped);
    const reference = findElement(object.elements, 0x00081140)?.items?.[0]?.elements ?? [];
    assert.equal(firstText(reference, 0x00081155), mapped);
    assert.equal(firstText(reference, 0x00081150), '1.2.840.10008.5.1.4.1.1.2');
  });

  it('empties dates that the table forgets', () => {
    const { object } = bench.made(
      ctElements([
        { tag: 0x00140102, vr: 'DA', value: '19570819' },
        { tag: 0x00100033, vr: 'LO', value: 'Taisho 3' },
      ]),
    );
    assert.equal(findElement(object.elements, 0x00140102)?.value?.length, 0);
    assert.equal(findElement(object.elements, 0x00100033), undefined);
  });

  it('replaces a UID that stands alone in a text by the same new one', () => {
    const { object } = bench.made(
      ctElements([{ tag: 0x00620020, vr: 'UT', value: '1.2.826.0.1.3680043.10.777.3' }]),
    );
    assert.equal(firstText(object.elements, 0x00620020), firstText(object.elements, tags.SOPInstanceUID));
  });

  it('replaces a UID that borrows the root of DICOM', () => {
    const { bytes } = bench.made(
      ctElements([{ tag: 0x00200052, vr: 'UI', value: '1.2.840.10008.20200102.101112.4' }]),
    );
    assert.ok(!contains(bytes, '20200102.101112'));
  });

  it('writes name, ID, description and the marks', () => {
    const { object } = bench.made(ctElements());
    const text = (tag: number): readonly string[] => textValues(findElement(object.elements, tag));
    assert.deepEqual(text(tags.PatientName), ['Subj00001']);
    assert.deepEqual(text(tags.PatientID), ['Subj00001-Study1']);
    assert.deepEqual(text(tags.StudyDescription), ['PROJ1']);
    assert.deepEqual(text(tags.PatientIdentityRemoved), ['YES']);
    assert.deepEqual(text(tags.LongitudinalTemporalInformationModified), ['REMOVED']);
    assert.ok(text(tags.DeidentificationMethod).every((value) => value.length <= 64));
    const code =
      findElement(object.elements, tags.DeidentificationMethodCodeSequence)?.items?.[0]?.elements ?? [];
    assert.equal(firstText(code, tags.CodeValue), '113100');
  });

  for (const syntax of ['implicit', 'explicit', 'big', 'deflated'] as const) {
    it(`keeps pixel bytes and untouched elements in ${syntax} encoding`, () => {
      const { object, bytes, instance } = bench.made(ctElements(), { syntax });
      assert.ok(bytes.includes(pixels));
      assert.equal(
        instance.transferSyntaxUid,
        syntax === 'deflated' ? '1.2.840.10008.1.2.1' : object.transferSyntaxUid,
      );
      assert.equal(instance.size, bytes.length);
      assert.ok(
        !contains(bytes, 'Plantedname') &&
          !contains(bytes, 'PLANT-4711') &&
          !contains(bytes, '3680043.10.777'),
      );
    });
  }

  it('keeps encapsulated fragments byte by byte', () => {
    const fragments = [Buffer.from('frame-one!'), Buffer.from('frame-two!')];
    const { bytes } = bench.made(ctElements([{ tag: 0x7fe00010, vr: 'OB', fragments }]), {
      syntax: 'encapsulated',
    });
    assert.ok(fragments.every((fragment) => bytes.includes(fragment)));
  });

  it('holds a name in the comment of a coder', () => {
    const comment = Buffer.from('\xff\xd8\xff\xfe\0\x20 scan of Plantedname', 'latin1');
    const outcome = bench.run(ctElements([{ tag: 0x7fe00010, vr: 'OB', fragments: [comment] }]), {
      syntax: 'encapsulated',
    });
    assert.equal(outcome.status, 'held');
  });

  it('gives the same result for the same object, and for an object without preamble or file meta', () => {
    const first = bench.made(ctElements()).bytes;
    assert.ok(first.equals(bench.made(ctElements()).bytes));
    const bare = bench.made(ctElements(), { head: 'none' }).bytes;
    assert.ok(first.equals(bare));
  });
});
