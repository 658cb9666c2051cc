import assert from 'node:assert/strict';
import { decodeText } from '../../../../src/services/dicom/charsets.js';
import { names } from '../../../support/corpus/names.js';
import { clean, knownOf, left } from './cleanFixture.js';

describe('cleaning a text', () => {
  it('gives the same element when nothing is found', () => {
    const cleaned = clean('Phantom Works', knownOf());
    assert.deepEqual([cleaned.blanked, cleaned.reported], [0, 0]);
    assert.equal(left(cleaned), 'Phantom Works');
  });

  for (const [title, before, after, blanked] of [
    ['a name between words', 'T2 of Plantedname, knee', 'T2 of , knee', 1],
    ['every place', 'PLANTEDNAME (plantedname) given', '', 3],
    ['the values apart', 'axial\\Plantedname\\knee', 'axial\\\\knee', 1],
    ['an identifier', 'knee PLANT-4711 left', 'knee  left', 1],
    ['a birth date', 'born 3.2.1961, knee', 'born , knee', 1],
    ['what is inside another word', 'kneePlantednameLeft', 'kneeLeft', 1],
    ['the value as a whole when its rest makes a new name', 'PlantedPlantednamename knee', '', 1],
    ['a value without letters behind', '-- Plantedname --', '', 1],
  ] as const) {
    it(`takes out ${title}`, () => {
      const cleaned = clean(before, knownOf());
      assert.equal(left(cleaned), after);
      assert.equal(cleaned.blanked, blanked);
    });
  }

  it('takes a backslash for a letter where the VR has one value', () => {
    assert.equal(left(clean('a\\Plantedname', knownOf(), '', 'LT', 0x00204000)), 'a\\');
  });

  it('takes out original UIDs in a sentence', () => {
    const known = knownOf({ uids: ['1.2.826.0.1.3680043.10.777.3'] });
    assert.equal(left(clean('see 1.2.826.0.1.3680043.10.777.3 again', known)), 'see  again');
  });

  for (const { characterSet, raw, kept } of names) {
    it(`takes out a name in ${characterSet} and keeps the bytes of the rest`, () => {
      const sets = characterSet.split('\\');
      const known = knownOf({ name: raw, characterSet });
      const [before, after] = [Buffer.concat([kept, Buffer.from('\\')]), Buffer.from('\\x')];
      // Components of names stand one by one in texts.
      const parts = raw.toString('latin1').split(/[\^=]/);
      for (const part of parts.filter((one) => decodeText(Buffer.from(one, 'latin1'), sets).length > 1)) {
        const value = Buffer.concat([before, Buffer.from(part, 'latin1'), after]);
        const cleaned = clean(value, known, sets);
        const rest = cleaned.element.value ?? Buffer.alloc(0);
        assert.ok(cleaned.blanked > 0, part);
        assert.ok(rest.indexOf(kept) === 0);
        assert.equal(decodeText(rest, sets).trimEnd(), `${decodeText(kept, sets)}\\\\x`);
      }
    });
  }

  it('takes out a family name of one letter together with the given name', () => {
    const known = knownOf({ name: 'Hong^Gildong=洪^吉洞' });
    assert.equal(left(clean('x 洪吉洞 y', known)), 'x  y');
  });

  it('takes a name out of the middle of a Japanese text and leaves the escape sequences valid', () => {
    const known = knownOf({
      name: Buffer.from('Yamada=\x1b$B;3ED\x1b(B', 'latin1'),
      characterSet: '\\ISO 2022 IR 87',
    });
    const text = Buffer.from('\x1b$B8!::;3EDMM\x1b(B x', 'latin1');
    const cleaned = clean(text, known, ['', 'ISO 2022 IR 87']);
    assert.equal(left(cleaned), '\x1b$B8!::MM\x1b(B x');
    assert.equal(
      decodeText(cleaned.element.value ?? Buffer.alloc(0), ['', 'ISO 2022 IR 87']).trim(),
      '検査様 x',
    );
  });

  it('reads a text as UTF-8 or Latin-1 where its character set is not told rightly', () => {
    const known = knownOf({ name: 'Müller' });
    assert.equal(left(clean(Buffer.from('of Müller', 'utf8'), known, '')), 'of');
    assert.equal(left(clean(Buffer.from('of Müller', 'latin1'), known, 'ISO_IR 192')), 'of');
  });

  it('goes by the dictionary: a manufacturer that is stored as code or bytes is a text', () => {
    for (const vr of ['CS', 'UN', 'DS'] as const) {
      assert.equal(left(clean('of PLANTEDNAME', knownOf(), '', vr)), 'of', vr);
    }
  });

  it('counts codes, numbers and UIDs and does not touch them', () => {
    const bodyPart = clean('HEAD', knownOf({ name: 'Head^Ann' }), '', 'CS', 0x00180015);
    assert.deepEqual([left(bodyPart), bodyPart.blanked, bodyPart.reported], ['HEAD', 0, 1]);
    const number = clean('4711', knownOf({ id: '4711' }), '', 'IS', 0x00200013);
    assert.deepEqual([left(number), number.blanked, number.reported], ['4711', 0, 1]);
  });

  it('does not touch bytes and texts in the place of numbers', () => {
    for (const [vr, tag] of [
      ['OB', 0x00282000],
      ['DS', 0x00180050],
    ] as const) {
      const cleaned = clean('Plantedname', knownOf(), '', vr, tag);
      assert.equal(cleaned.blanked, 0);
      assert.equal(left(cleaned), 'Plantedname');
    }
  });
});
