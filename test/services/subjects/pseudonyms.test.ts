import assert from 'node:assert/strict';
import { hashedText, hashedUid, pseudonymOf, uidInRows } from '../../../src/services/subjects/pseudonyms.js';

/** What the original uploader's UUID library, a hand-written Java version and Node gave alike. */
const vectors: readonly (readonly [text: string, pseudonym: string])[] = [
  ['12.34.56.78', '2_25_272152172864951812641744278138252755909'],
  ['PatientOne1', '2_25_131554884714618825067249124120030666738'],
  ['1234567', '2_25_43754154387219924821590316308254564304'],
  ['1.2.840.113619.2.55.3.604688119.969.1268071029.320', '2_25_6957197487745032651329364430175475844'],
  ['Müller^Änne', '2_25_104132872478210345254958733388397372522'],
  ['ABC 123', '2_25_18062848541540858280404895904229491101'],
  ['0000000001', '2_25_317575924852049221854085974527095452805'],
];

describe('pseudonyms', () => {
  for (const [text, pseudonym] of vectors) {
    it(`of ${text} are those of existing servers`, () => {
      assert.equal(pseudonymOf(text), pseudonym);
      assert.equal(uidInRows(hashedUid(text)), pseudonym);
    });
  }

  it('do not depend on blanks and control characters around, and on nothing else', () => {
    for (const around of [' ', '\0', '\t', '\r\n', '\u0020\u0000']) {
      assert.equal(pseudonymOf(`${around}1234567${around}`), pseudonymOf('1234567'));
    }
    for (const other of ['\u00a01234567', '1 234567', '01234567']) {
      assert.notEqual(pseudonymOf(other), pseudonymOf('1234567'));
    }
  });

  it('are none for nothing', () => {
    for (const blank of ['', ' ', '\0\0', '\t']) assert.equal(pseudonymOf(blank), undefined);
  });

  it('of a script keep the dots, and blanks count', () => {
    assert.equal(hashedText('1.2.3.4'), '2.25.12977335313771255011876057319581175462');
    assert.notEqual(hashedText('1.2.3.4 '), hashedText('1.2.3.4'));
  });
});
