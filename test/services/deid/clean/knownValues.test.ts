import assert from 'node:assert/strict';
import { knownOf } from './cleanFixture.js';

describe('known values', () => {
  it('are found whatever their case and accents, and inside other words', () => {
    const known = knownOf({ name: 'Müller^Jörgen' });
    for (const text of [
      'scan of MULLER, knee',
      'Müller',
      'Mueller',
      'kneeMULLER2',
      'M\u00fcller',
      'JORGEN',
    ]) {
      assert.ok(known.isIn(text), text);
    }
    assert.ok(!known.isIn('mull'));
    assert.ok(!known.isIn(''));
  });

  it('are whole tokens where they are shorter than four characters', () => {
    const known = knownOf({ name: 'Ng^Bo', id: '42' });
    for (const text of ['scan of Ng', 'NG', 'bo_knee', '42: follow-up', 'ID=42'])
      assert.ok(known.isIn(text), text);
    for (const text of ['Nguyen', 'bone', 'imaging', '421', 'T42']) assert.ok(!known.isIn(text), text);
  });

  it('are found in scripts that put no blanks between words, from two characters on', () => {
    assert.ok(knownOf({ name: 'Yamada^Tarou=山田^太郎' }).isIn('検査山田様'));
    assert.ok(knownOf({ name: '김^희중' }).isIn('환자희중님'));
    assert.ok(!knownOf({ name: 'Yamada^Tarou=山田^太郎' }).isIn('検査'));
    assert.ok(!knownOf({ name: '기수' }).isIn('기숙사'), 'a part of a syllable is another name');
  });

  it('are found in the spellings that a script has', () => {
    assert.ok(knownOf({ name: 'ΔΙΟΝΥΣΙΟΣ' }).isIn('εξέταση Διονύσιος'));
    assert.ok(knownOf({ name: 'Weiß' }).isIn('WEISS'));
    assert.ok(knownOf({ name: 'Wałęsa' }).isIn('WALESA'));
    assert.ok(knownOf({ name: 'ﾔﾏﾀﾞ^ﾀﾛｳ' }).isIn('ヤマダ様'));
    assert.ok(knownOf({ name: 'قَبَّاني' }).isIn('قباني'));
  });

  it('are IDs and the birth date in the forms that people write, too', () => {
    const known = knownOf({ name: 'Somebody' });
    const born = [
      '03.02.1961',
      '1961-02-03',
      '02/03/1961',
      '3.2.1961',
      '3 Feb 1961',
      'February 3, 1961',
      '03-FEB-1961',
    ];
    for (const text of ['ID PLANT-4711', 'x19610203', '03/02/61', ...born]) assert.ok(known.isIn(text), text);
    for (const text of ['04.02.1961', '1961', 'Feb 1961']) assert.ok(!known.isIn(text), text);
  });

  it('are no words that stand for a missing name, and no titles', () => {
    assert.ok(!knownOf({ name: 'UNKNOWN^ANONYMOUS' }).isIn('unknown'));
    assert.ok(!knownOf({ name: 'Plantedname^Given^^Dr.^MD' }).isIn('DR chest'));
    assert.ok(!knownOf({ name: 'van der Planted' }).isIn('a study of the hand der van'));
  });

  it('come from other objects of the series, too', () => {
    const series = { names: ['Plantedname-Maiden^Ivy'], ids: ['OLD-77'], birthDates: ['19610204'] };
    const known = knownOf({ series });
    for (const text of ['Ivy', 'see old-77', '4.2.1961']) assert.ok(known.isIn(text), text);
    assert.ok(!knownOf().isIn('see old-77'));
  });

  it('are original UIDs in a text, and those that differ in the last number', () => {
    const known = knownOf({ uids: ['1.2.826.0.1.3680043.10.777.3'] });
    for (const text of [
      'see 1.2.826.0.1.3680043.10.777.3.',
      'x1.2.826.0.1.3680043.10.777.4',
      '1.2.826.0.1.3680043.10.777.3.9',
    ])
      assert.ok(known.isIn(text), text);
    for (const text of ['1.2.826.0.1.3680043.10.778.3', 'version 1.2.3.4', '2.25.3680043'])
      assert.ok(!known.isIn(text), text);
  });

  it('are found in raw bytes in every spelling', () => {
    const known = knownOf({ name: 'Müller' });
    for (const bytes of ['latin1', 'utf8', 'utf16le'] as const) {
      const inside = Buffer.concat([Buffer.of(0, 1), Buffer.from('Müller', bytes), Buffer.of(7)]);
      assert.ok(known.isInBytes(inside), bytes);
    }
    assert.ok(!known.isInBytes(Buffer.from('nobody here')));
  });
});
