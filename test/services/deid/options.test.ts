import assert from 'node:assert/strict';
import { profileOptions } from '../../../src/services/deid/profiles/options.js';
import { presetNames, presetProfile } from '../../../src/services/deid/profiles/presets.js';
import { knownSafePrivate } from '../../../src/services/deid/profiles/safePrivate.js';
import type { DataElement } from '../../../src/services/dicom/dataSet.js';
import { findElement, firstText, textValues } from '../../../src/services/dicom/elements.js';
import { tagOf, tags } from '../../../src/services/dicom/tags.js';
import { hashedUid } from '../../../src/services/subjects/pseudonyms.js';
import type { BuiltElement } from '../../support/dicomBuilder.js';
import { contains, ctElements, DeidBench } from './deidFixture.js';
import { withOptions } from './optionsFixture.js';

const text = (tag: number, vr: string, value: string): BuiltElement => ({ tag, vr, value });
const item = (tag: number, ...elements: BuiltElement[]): BuiltElement => ({
  tag,
  vr: 'SQ',
  items: [{ elements }],
});

/** Runs one object through a profile, in a folder of its own. */
function made(
  profile: ConstructorParameters<typeof DeidBench>[0],
  elements: readonly BuiltElement[],
): ReturnType<DeidBench['made']> {
  const bench = new DeidBench(profile, -10);
  try {
    return bench.made(elements);
  } finally {
    bench.dispose();
  }
}

describe('marks of a profile with options', () => {
  it('have a code of CID 7050 for each option, and its name', () => {
    const { object } = made(withOptions(...profileOptions.filter((one) => one !== 'retainFullDates')), ctElements()); // prettier-ignore
    const codes = findElement(object.elements, tags.DeidentificationMethodCodeSequence)?.items ?? [];
    assert.deepEqual(
      codes.map(({ elements }) => firstText(elements, tags.CodeValue)),
      ['113100', '113103', '113104', '113105', '113107', '113108', '113109', '113110', '113111', '113112'],
    );
    const method = textValues(findElement(object.elements, tags.DeidentificationMethod));
    assert.deepEqual(method, ['GIFT-Cloud 0.0.0', 'Basic Profile PS3.15 2024e Table E.1-1', 'Profile test']);
  });

  it('fit into 64 characters a value, whatever the name', () => {
    const { object } = made({ ...withOptions(), name: 'n'.repeat(40) }, ctElements());
    for (const value of textValues(findElement(object.elements, tags.DeidentificationMethod)))
      assert.ok(value.length <= 64, value);
  });
});

describe('Retain UIDs and Retain Device Identity', () => {
  const own = '1.2.826.0.1.3680043.10.777.3';
  const device = '1.2.826.0.1.3680043.10.777.77';
  const inReport = '1.2.826.0.1.3680043.10.777.88';
  const elements = ctElements([
    text(0x00181002, 'UI', device),
    text(0x00081167, 'UI', '1.2.826.0.1.3680043.10.777.99'),
    item(0x00540016, text(0x0040a124, 'UI', inReport), text(0x00081155, 'UI', own)),
  ]);
  const uidsOf = (object: { readonly elements: readonly DataElement[] }): (string | undefined)[] => [
    firstText(object.elements, tags.SOPInstanceUID),
    firstText(object.elements, 0x00181002),
    firstText(object.elements, 0x00081167),
    ...[0x0040a124, 0x00081155].map((tag) =>
      firstText(findElement(object.elements, 0x00540016)?.items?.[0]?.elements ?? [], tag),
    ),
  ];

  it('keeps every UID but those that have no such option, in file meta too', () => {
    const { object, instance } = made(withOptions('retainUids'), elements);
    const forgotten = '1.2.826.0.1.3680043.10.777.99';
    assert.deepEqual(uidsOf(object), [own, device, forgotten, hashedUid(inReport), own]);
    assert.equal(firstText(object.fileMeta, tags.MediaStorageSOPInstanceUID), own);
    assert.equal(instance.sopInstanceUid, own);
  });

  it('keeps the UID of the device alone', () => {
    const { object } = made(withOptions('retainDeviceIdentity'), elements);
    const forgotten = hashedUid('1.2.826.0.1.3680043.10.777.99');
    assert.deepEqual(uidsOf(object), [hashedUid(own), device, forgotten, hashedUid(inReport), hashedUid(own)]); // prettier-ignore
  });
});

describe('Retain Patient Characteristics', () => {
  it('caps ages over 89 and removes what is no age', () => {
    for (const [age, told] of [
      ['093Y', '090Y'],
      ['045Y', '045Y'],
      ['about ninety', undefined],
    ] as const) {
      const { object } = made(withOptions('retainPatientCharacteristics'), ctElements([text(0x00101010, 'AS', age)])); // prettier-ignore
      assert.equal(firstText(object.elements, 0x00101010), told);
    }
  });
});

describe('a kept number or code', () => {
  for (const vr of ['DS', 'LO']) {
    it(`is none when it is a sentence, stored as ${vr}`, () => {
      const { bytes } = made(
        withOptions('retainPatientCharacteristics'),
        ctElements([text(0x00101030, vr, 'as Zq7plant says'), text(0x00100040, vr, 'a cousin of Zq7plant')]),
      );
      assert.ok(!contains(bytes, 'Zq7plant'));
    });
  }
});

describe('Retain Safe Private', () => {
  const creator = (group: number, block: number, name: string): BuiltElement =>
    text(tagOf(group, block), 'LO', name);
  const direction = Buffer.alloc(24, 7);

  it('keeps what the list knows, in whatever block, byte by byte; nothing else of the block', () => {
    const { object, bytes, instance } = made(withOptions('retainSafePrivate'), [
      ...ctElements([
        creator(0x0019, 0x11, 'SIEMENS MR HEADER'),
        text(0x0019110c, 'IS', '1000'),
        { tag: 0x0019110e, vr: 'FD', value: direction },
        text(0x00191109, 'LO', 'Zq7plant'),
        creator(0x0029, 0x10, 'SIEMENS CSA HEADER'),
        { tag: 0x00291010, vr: 'OB', value: Buffer.from('Zq7plant') },
      ]),
    ]);
    assert.equal(firstText(object.elements, 0x00190011), 'SIEMENS MR HEADER');
    assert.equal(firstText(object.elements, 0x0019110c), '1000');
    assert.deepEqual(findElement(object.elements, 0x0019110e)?.value, direction);
    assert.ok(!contains(bytes, 'Zq7plant') && !contains(bytes, 'CSA'));
    assert.equal(instance.counts.privateKept, 3);
    assert.equal(instance.counts.privateRemoved, 3);
  });

  it('keeps them nested, stored as UN, and in implicit encoding', () => {
    const nested = item(0x00540016, creator(0x2005, 0x10, 'Philips MR Imaging DD 001'), {
      tag: 0x2005100e,
      vr: 'UN',
      value: Buffer.from([1, 2, 3, 4]),
    });
    const bench = new DeidBench(withOptions('retainSafePrivate'));
    for (const syntax of ['explicit', 'implicit'] as const) {
      const { object } = bench.made(ctElements([nested]), { syntax });
      const inner = findElement(object.elements, 0x00540016)?.items?.[0]?.elements ?? [];
      assert.deepEqual(findElement(inner, 0x2005100e)?.value, Buffer.from([1, 2, 3, 4]), syntax);
    }
    bench.dispose();
  });

  for (const [title, elements] of [
    ['without its creator', [text(0x0019100c, 'IS', '77123')]],
    ['of another creator', [creator(0x0019, 0x10, 'ACME'), text(0x0019100c, 'IS', '77123')]],
    ['in a block of another creator', [creator(0x0019, 0x10, 'SIEMENS MR HEADER'), text(0x0019110c, 'IS', '77123')]],
    ['that is no number', [creator(0x0019, 0x10, 'SIEMENS MR HEADER'), text(0x0019100c, 'IS', '77123 Smith')]],
    ['under another VR', [creator(0x0019, 0x10, 'SIEMENS MR HEADER'), text(0x0019100c, 'LO', '77123')]],
    ['that is a sentence in a code', [creator(0x0019, 0x10, 'SIEMENS MR HEADER'), text(0x0019100d, 'CS', '77123, of Smith!')]],
    ['with a creator of two values', [creator(0x0019, 0x10, 'SIEMENS MR HEADER\\Smith'), text(0x0019100c, 'IS', '77123')]],
  ] as const) {
    it(`removes an element ${title}, and its creator`, () => {
      const { object, bytes } = made(withOptions('retainSafePrivate'), ctElements(elements));
      assert.ok(!contains(bytes, '77123'));
      assert.deepEqual(object.elements.filter(({ tag }) => (tag >>> 16) % 2 === 1), []);
    });
  } // prettier-ignore

  it("takes the patient's name out of a text", () => {
    const { object, bytes } = made(
      withOptions('retainSafePrivate'),
      ctElements([creator(0x0051, 0x10, 'SIEMENS MR HEADER'), text(0x0051100f, 'LO', 'C:HEA PLANTEDNAME')]),
    );
    assert.ok(!contains(bytes, 'PLANTEDNAME'));
    assert.match(firstText(object.elements, 0x0051100f) ?? '', /^C:HEA/);
  });

  it('removes all of them without the option', () => {
    const { object } = made(withOptions(), ctElements([creator(0x0019, 0x10, 'SIEMENS MR HEADER'), text(0x0019100c, 'IS', '5')])); // prettier-ignore
    assert.equal(findElement(object.elements, 0x0019100c), undefined);
  });

  it('has no VR in its list whose values can not be checked', () => {
    const checkable = new Set(['CS', 'DS', 'FD', 'FL', 'IS', 'LO', 'SH', 'SL', 'SS', 'UL', 'US']);
    for (const { creator: name, element, vr } of knownSafePrivate) assert.ok(checkable.has(vr), `${name} ${element}`); // prettier-ignore
  });
});

describe('Clean Structured Content and Clean Graphics', () => {
  const code = (tag: number, value: string): BuiltElement =>
    item(
      tag,
      text(0x00080100, 'SH', value),
      text(0x00080102, 'SH', 'DCM'),
      text(0x00080104, 'LO', 'Finding'),
    );
  const report = ctElements([
    text(0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.88.33'),
    text(0x00080060, 'CS', 'SR'),
    text(0x0040a040, 'CS', 'CONTAINER'),
    item(
      tags.ContentSequence,
      text(0x0040a010, 'CS', 'CONTAINS'),
      text(0x0040a040, 'CS', 'CONTAINER'),
      item(
        tags.ContentSequence,
        text(0x0040a040, 'CS', 'TEXT'),
        code(0x0040a043, '121071'),
        text(0x0040a160, 'UT', 'Zq7plant was here'),
        text(0x0040a123, 'PN', 'Zq7plant^Person'),
        text(0x0040a120, 'DT', '20200105101112'),
        text(0x0040a124, 'UI', '1.2.826.0.1.3680043.10.777.3'),
      ),
    ),
  ]).filter(({ tag }) => tag !== tags.PixelData);

  it('keeps the tree of a report, moves its dates, maps its UIDs and replaces what somebody wrote', () => {
    const { object, bytes, instance } = made(withOptions('cleanStructuredContent', 'retainModifiedDates'), report); // prettier-ignore
    const branch = findElement(object.elements, tags.ContentSequence)?.items?.[0]?.elements ?? [];
    const leaf = findElement(branch, tags.ContentSequence)?.items?.[0]?.elements ?? [];
    assert.equal(firstText(findElement(leaf, 0x0040a043)?.items?.[0]?.elements ?? [], 0x00080100), '121071');
    assert.equal(firstText(leaf, 0x0040a120), '20191226101112');
    assert.equal(firstText(leaf, 0x0040a124), hashedUid('1.2.826.0.1.3680043.10.777.3'));
    assert.ok(!contains(bytes, 'Zq7plant'));
    assert.equal(instance.counts.contentReplaced, false);
  });

  it('holds a report that nothing cleans, and a document, where the profile says so', () => {
    const bench = new DeidBench({ ...withOptions(), documents: 'hold' });
    const document = ctElements([{ tag: tags.EncapsulatedDocument, vr: 'OB', value: Buffer.from('%PDF') }]);
    for (const elements of [report, document.filter(({ tag }) => tag !== tags.PixelData)]) {
      const outcome = bench.run(elements);
      assert.ok('code' in outcome);
      assert.deepEqual([outcome.status, outcome.code], ['held', 'CONTENT_NOT_SUPPORTED']);
    }
    bench.dispose();
  });

  it('keeps the planes of an overlay without its label, and the points of a graphic without its note', () => {
    const { object, bytes } = made(
      withOptions('cleanGraphics'),
      ctElements([
        { tag: 0x60000010, vr: 'US', value: [8] },
        text(0x60001500, 'LO', 'Zq7plant'),
        { tag: 0x60003000, vr: 'OW', value: Buffer.from('KEPTBITS') },
        item(
          0x00700001,
          text(0x00700002, 'CS', 'LAYER'),
          item(0x00700008, text(0x00700006, 'ST', 'Zq7plant')),
          item(0x00700009, { tag: 0x00700022, vr: 'FL', value: [1, 2] }),
        ),
      ]),
    );
    assert.equal(findElement(object.elements, 0x60003000)?.value?.toString(), 'KEPTBITS');
    const graphic = findElement(object.elements, 0x00700001)?.items?.[0]?.elements ?? [];
    assert.equal(findElement(graphic, 0x00700009)?.items?.[0]?.elements[0]?.value?.length, 8);
    assert.ok(!contains(bytes, 'Zq7plant'));
  });
});

describe('presets', () => {
  const kept: readonly BuiltElement[] = [
    text(0x00081090, 'LO', 'Model 5 '),
    text(0x0008103e, 'LO', 'T1 sag'),
    text(0x00180080, 'DS', '500.0 '),
    text(0x00181030, 'LO', 'Knee'),
    text(0x00100040, 'CS', 'F'),
    text(0x00101030, 'DS', '71.50'),
  ];

  for (const name of presetNames.filter((one) => one !== 'basic')) {
    it(`${name} keeps descriptions of the image and the patient's characteristics byte by byte`, () => {
      const { object } = made(presetProfile(name), ctElements(kept));
      for (const { tag, value } of kept) {
        const bytes = Buffer.from(String(value));
        const found = findElement(object.elements, tag)?.value;
        assert.equal(found?.subarray(0, bytes.length).equals(bytes), true, String(value));
      }
    });

    it(`${name} keeps no note about the patient, no institution, no device`, () => {
      const { bytes } = made(
        presetProfile(name),
        ctElements(
          [0x00104000, 0x001021b0, 0x00204000, 0x00080080, 0x00081010, 0x00181000].map((tag) =>
            text(
              tag,
              tag === 0x00104000 || tag === 0x001021b0 || tag === 0x00204000 ? 'LT' : 'LO',
              'Zq7plant',
            ),
          ),
        ),
      );
      assert.ok(!contains(bytes, 'Zq7plant'));
    });
  }

  it('are no names of other things', () => {
    for (const name of ['toString', 'constructor', 'Basic', '']) assert.equal(presetProfile(name), undefined);
  });
});
