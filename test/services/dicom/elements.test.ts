import assert from 'node:assert/strict';
import { lookUp } from '../../../src/services/dicom/dictionary.js';
import {
  characterSets,
  firstText,
  numberElement,
  numberValues,
  textElement,
  textValues,
} from '../../../src/services/dicom/elements.js';
import { formatTag, isPrivate, isPrivateCreator, tagOf, tags } from '../../../src/services/dicom/tags.js';
import {
  explicitBigEndian,
  explicitLittleEndian,
  implicitLittleEndian,
  transferSyntax,
} from '../../../src/services/dicom/transferSyntaxes.js';
import { isRegisteredUid, isUid } from '../../../src/services/dicom/uids.js';

describe('tags and dictionary', () => {
  it('names every constant as the dictionary does', () => {
    for (const [keyword, tag] of Object.entries(tags)) {
      if (tag >= 0xfffe0000 && tag < 0xffff0000) continue;
      assert.equal(lookUp(tag).known, true, keyword);
      if (lookUp(tag).keyword !== 'GenericGroupLength') {
        assert.equal(lookUp(tag).keyword.replace('RETIRED_', ''), keyword);
      }
    }
  });

  it('formats and tells private tags', () => {
    assert.equal(tagOf(0xfffe, 0xe00d), 0xfffee00d);
    assert.equal(formatTag(0x00100010), '(0010,0010)');
    assert.equal(formatTag(0xfffee00d), '(fffe,e00d)');
    assert.deepEqual([0x00091001, 0x00081001, 0xffff0010].map(isPrivate), [true, false, true]);
    assert.deepEqual([0x00090010, 0x000900ff, 0x00090100, 0x00080010].map(isPrivateCreator), [
      true,
      true,
      false,
      false,
    ]);
  });

  it('knows VRs, also of repeating groups, group lengths and private creators', () => {
    assert.equal(lookUp(tags.PatientName).vr, 'PN');
    assert.equal(lookUp(tags.PixelData).vr, 'OW');
    assert.equal(lookUp(0x00280106).vr, 'US');
    assert.equal(lookUp(0x601e3000).vr, 'OW');
    assert.equal(lookUp(0x60220010).vr, 'US');
    assert.equal(lookUp(0x50083000).known, true);
    assert.equal(lookUp(0x00180000).vr, 'UL');
    assert.deepEqual(lookUp(0x00090010), { vr: 'LO', keyword: 'PrivateCreator', known: false });
    assert.deepEqual(lookUp(0x00091010), { vr: 'UN', keyword: '', known: false });
    assert.deepEqual(lookUp(0x00085555), { vr: 'UN', keyword: '', known: false });
  });
});

describe('transfer syntaxes', () => {
  it('are described by their UIDs', () => {
    assert.deepEqual(transferSyntax('1.2.840.10008.1.2').encoding, implicitLittleEndian);
    assert.deepEqual(transferSyntax('1.2.840.10008.1.2.2').encoding, explicitBigEndian);
    assert.equal(transferSyntax('1.2.840.10008.1.2.1.99').deflated, true);
    assert.equal(transferSyntax('1.2.840.10008.1.2.1').encapsulated, false);
    assert.equal(transferSyntax('1.2.840.10008.1.2.4.90').encapsulated, true);
    assert.deepEqual(
      { ...transferSyntax('1.2.3') },
      {
        uid: '1.2.3',
        name: 'Unknown',
        encoding: explicitLittleEndian,
        deflated: false,
        encapsulated: undefined,
        known: false,
      },
    );
  });
});

describe('UIDs', () => {
  it('are checked by PS3.5 9.1', () => {
    for (const uid of ['1.2.840.10008.1.1', '2.25.0', '0.1']) assert.equal(isUid(uid), true, uid);
    for (const uid of ['', '1', '1.', '1..2', '1.02', '1.2.a', ' 1.2', '3.1', `1.${'2'.repeat(63)}`]) {
      assert.equal(isUid(uid), false, uid);
    }
  });

  it('of the standard are told from others', () => {
    assert.equal(isRegisteredUid('1.2.840.10008.5.1.4.1.1.2'), true);
    assert.equal(isRegisteredUid('2.16.840.1.113883.6.96'), true);
    assert.equal(isRegisteredUid('1.2.840.100081.5'), false);
    assert.equal(isRegisteredUid('1.2.840.113619.2.1'), false);
    assert.equal(isRegisteredUid('1.2.840.10008.05'), false);
  });
});

describe('reading values', () => {
  it('text without padding, several values', () => {
    const element = textElement(tags.ImageType, 'CS', ['ORIGINAL ', ' PRIMARY'], explicitLittleEndian);
    assert.deepEqual(textValues(element), ['ORIGINAL', 'PRIMARY']);
    assert.deepEqual(textValues(undefined), []);
    assert.equal(firstText([element], tags.ImageType), 'ORIGINAL');
    assert.equal(firstText([element], tags.Modality), undefined);
    assert.equal(
      firstText([textElement(tags.Modality, 'CS', '  ', explicitLittleEndian)], tags.Modality),
      undefined,
    );
    const text = textElement(tags.ImageComments, 'LT', ' a\\b', explicitLittleEndian);
    assert.deepEqual(textValues(text), [' a\\b']);
    assert.deepEqual(textValues(textElement(tags.SOPInstanceUID, 'UI', '1.2.3', explicitLittleEndian)), [
      '1.2.3',
    ]);
  });

  it('text by the character set of the level or of the one above', () => {
    const name = textElement(tags.PatientName, 'PN', 'Müller', explicitLittleEndian, 'utf8');
    const set = textElement(tags.SpecificCharacterSet, 'CS', 'ISO_IR 192', explicitLittleEndian);
    assert.equal(firstText([name], tags.PatientName, characterSets([set])), 'Müller');
    assert.equal(firstText([name], tags.PatientName, characterSets([], characterSets([set]))), 'Müller');
    assert.notEqual(firstText([name], tags.PatientName), 'Müller');
  });

  it('numbers, in either byte order and as text', () => {
    for (const encoding of [explicitLittleEndian, explicitBigEndian]) {
      assert.deepEqual(
        numberValues(numberElement(tags.Rows, 'US', [1, 65535], encoding), encoding),
        [1, 65535],
      );
      assert.deepEqual(numberValues(numberElement(0x00189804, 'FD', -0.5, encoding), encoding), [-0.5]);
    }
    const text = textElement(tags.PixelSpacing, 'DS', ['0.5 ', '1e2', 'x', ''], explicitLittleEndian);
    assert.deepEqual(numberValues(text, explicitLittleEndian), [0.5, 100]);
    assert.deepEqual(numberValues(undefined, explicitLittleEndian), []);
  });
});
