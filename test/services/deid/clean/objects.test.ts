import assert from 'node:assert/strict';
import type { SeriesIdentity } from '../../../../src/services/deid/clean/cleaned.js';
import { deidentifyInstance } from '../../../../src/services/deid/deidentify.js';
import { basicProfile } from '../../../../src/services/deid/profiles/presets.js';
import type { DeidentifyOutcome } from '../../../../src/services/deid/types.js';
import { giftCloudUidMapper } from '../../../../src/services/deid/uidMap.js';
import { findElement, firstText, textValues } from '../../../../src/services/dicom/elements.js';
import { tags } from '../../../../src/services/dicom/tags.js';
import { hashedUid } from '../../../../src/services/subjects/pseudonyms.js';
import type { BuiltElement } from '../../../support/dicomBuilder.js';
import { contains, ctElements, DeidBench, identity } from '../deidFixture.js';

const text = (tag: number, vr: string, value: string): BuiltElement => ({ tag, vr, value });
const named = (name: string): BuiltElement => text(0x00100010, 'PN', name);

describe("objects with the patient's own values in texts that stay", () => {
  let bench: DeidBench;
  before(() => (bench = new DeidBench()));
  after(() => bench.dispose());

  function run(elements: readonly BuiltElement[], series?: SeriesIdentity): DeidentifyOutcome {
    return deidentifyInstance(
      bench.file(ctElements(elements)),
      { profile: basicProfile, identity, ...(series && { series }) },
      { mapper: giftCloudUidMapper(), version: '0.0.0' },
    );
  }

  it('are sent without them, and the places are counted', () => {
    const { object, bytes, instance } = bench.made(
      ctElements([text(0x00081090, 'LO', 'Model of PLANTEDNAME'), text(0x00181020, 'LO', 'v1\\plant-4711')]),
    );
    assert.deepEqual(textValues(findElement(object.elements, 0x00081090)), ['Model of']);
    assert.deepEqual(textValues(findElement(object.elements, 0x00181020)), ['v1', '']);
    assert.ok(!contains(bytes, 'PLANTEDNAME') && !contains(bytes, 'plant-4711'));
    assert.equal(instance.counts.blanked, 2);
  });

  it('are sent with codes and numbers that are the same by chance, and these are counted', () => {
    const { object, instance } = bench.made(
      ctElements([
        named('Head^Ann'),
        text(0x00100020, 'LO', '42'),
        text(0x00180015, 'CS', 'HEAD'),
        text(0x00200013, 'IS', '42'),
      ]),
    );
    assert.equal(firstText(object.elements, 0x00180015), 'HEAD');
    assert.equal(firstText(object.elements, 0x00200013), '42');
    assert.equal(instance.counts.reported, 2);
    assert.equal(instance.counts.blanked, 0);
  });

  it('are sent when a term holds the name', () => {
    const { instance } = bench.made(
      ctElements([named('Rima^Inal'), text(0x00080008, 'CS', 'ORIGINAL\\PRIMARY\\AXIAL')]),
    );
    assert.equal(instance.counts.reported, 2);
  });

  it('are sent when the name looks like a part of what the program writes', () => {
    for (const name of ['Remo^Move', 'Basic^Cation', 'Yes^Profile']) {
      const { instance } = bench.made(ctElements([named(name)]));
      assert.equal(instance.counts.blanked, 0, name);
    }
  });

  for (const [title, elements] of [
    ['in a code that is no term', [text(0x00180015, 'CS', 'PLANTEDNAME')]],
    ['inside a code', [text(0x00180015, 'CS', 'HEADPLANTEDNAME')]],
    ['in a code with other signs', [text(0x00180015, 'CS', 'HEAD-plant-4711')]],
    [
      'in a text that the object needs',
      [text(0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2.1'), text(0x00080070, 'LO', 'Plantedname Works')],
    ],
    ['in bytes', [{ tag: 0x00282000, vr: 'OB', value: Buffer.from('profile of Plantedname') }]],
    ['in the place of a number', [text(0x00180050, 'DS', 'Plantedname')]],
  ] as const satisfies readonly (readonly [string, readonly BuiltElement[]])[]) {
    it(`are held with one ${title}`, () => {
      const outcome = run(elements);
      assert.equal(outcome.status, 'held');
      assert.ok('reason' in outcome && !/planted/i.test(outcome.reason));
    });
  }

  it('are searched for what other objects of the series say', () => {
    const element = text(0x00081090, 'LO', 'Model of Maidenname');
    const series = { names: ['Maidenname^Given'], ids: [], birthDates: [] };
    const alone = run([element]);
    const together = run([element], series);
    assert.ok(alone.status === 'verified' && alone.instance.counts.blanked === 0);
    assert.ok(together.status === 'verified' && together.instance.counts.blanked === 1);
  });
});

describe('objects that say that they are de-identified already', () => {
  let bench: DeidBench;
  before(() => (bench = new DeidBench()));
  after(() => bench.dispose());

  const ours = hashedUid('1.2.3.4');
  const marks: readonly BuiltElement[] = [
    text(tags.PatientIdentityRemoved, 'CS', 'YES'),
    text(tags.DeidentificationMethod, 'LO', 'GIFT-Cloud 1.0.0'),
    text(tags.StudyInstanceUID, 'UI', ours),
  ];

  it('are not believed: name, ID and every UID are replaced as in any other', () => {
    const { object, bytes } = bench.made(ctElements(marks));
    assert.ok(
      !contains(bytes, 'Plantedname') && !contains(bytes, 'PLANT-4711') && !contains(bytes, '3680043.10.777'),
    );
    assert.equal(firstText(object.elements, tags.PatientName), identity.patientName);
    // Nobody can tell a UID of ours from another one made of a UUID; the same original gives the same result.
    assert.equal(firstText(object.elements, tags.StudyInstanceUID), hashedUid(ours));
    assert.ok(!contains(bytes, ours));
  });

  it('carry the marks of this program afterwards, not theirs', () => {
    const { object } = bench.made(ctElements(marks));
    const methods = textValues(findElement(object.elements, tags.DeidentificationMethod));
    assert.ok(methods.includes('GIFT-Cloud 0.0.0') && !methods.includes('GIFT-Cloud 1.0.0'));
  });

  it('are held for burned-in text all the same', () => {
    const outcome = bench.run(ctElements([...marks, text(0x00080060, 'CS', 'US')]));
    assert.equal(outcome.status, 'held');
  });
});
