import assert from 'node:assert/strict';
import { KnownValues } from '../../../src/services/deid/knownValues.js';
import { scriptsToRun } from '../../../src/services/deid/siteScript.js';
import { giftCloudUidMapper } from '../../../src/services/deid/uidMap.js';
import { hashedUid, pseudonymOf } from '../../../src/services/subjects/pseudonyms.js';
import { GiftCloudError } from '../../../src/services/support/errors.js';
import { containsUid } from '../../../src/services/deid/uidScan.js';
import { readDicom } from '../../../src/services/dicom/part10Reader.js';
import { buildDicom, type BuiltElement } from '../../support/dicomBuilder.js';
import { MemorySource } from '../../support/memorySource.js';
import { ctElements, DeidBench } from './deidFixture.js';

describe('pseudonyms and UIDs of the scheme gift-cloud', () => {
  // Facts of the hash: SHA-1, version 5 bits, decimal; checked against two other implementations.
  for (const [input, expected] of [
    ['12.34.56.78', '2_25_272152172864951812641744278138252755909'],
    ['12.34.56.78  ', '2_25_272152172864951812641744278138252755909'],
    ['PatientOne1', '2_25_131554884714618825067249124120030666738'],
    ['1234567', '2_25_43754154387219924821590316308254564304'],
    ['Müller^Änne', '2_25_104132872478210345254958733388397372522'],
    ['ABC 123', '2_25_18062848541540858280404895904229491101'],
    ['0000000001', '2_25_317575924852049221854085974527095452805'],
    ['\0\t0000000001\r\n', '2_25_317575924852049221854085974527095452805'],
  ] as const) {
    it(`hashes ${JSON.stringify(input)}`, () => assert.equal(pseudonymOf(input), expected));
  }

  it('has no pseudonym for nothing', () => {
    assert.equal(pseudonymOf(''), undefined);
    assert.equal(pseudonymOf(' \0 '), undefined);
  });

  it('gives valid UIDs, the same every time, and keeps registered ones', () => {
    assert.equal(hashedUid('1.2.3.4'), '2.25.12977335313771255011876057319581175462');
    const mapper = giftCloudUidMapper();
    assert.equal(mapper.map('1.2.3.4'), mapper.map('1.2.3.4'));
    assert.notEqual(mapper.map('1.2.3.4'), mapper.map('1.2.3.5'));
    assert.equal(mapper.map('1.2.840.10008.5.1.4.1.1.2'), '1.2.840.10008.5.1.4.1.1.2');
    assert.ok(mapper.map('1.2.3.4').length <= 64);
  });
});

describe('scripts of the server', () => {
  const stock =
    'project = "Unassigned" : (0008,1030) := (0008,1030)\n(0008,1030) := project\n\n(0010,0010) := subject\n(0010,0020) := session\n';

  it('knows the stock script, whatever its blank lines and line ends', () => {
    for (const text of [stock, `// comment\r\n${stock.replaceAll('\n', '\r\n')}`, '  \n// nothing\n']) {
      assert.deepEqual(scriptsToRun([{ origin: 'site', text }]), []);
    }
    assert.deepEqual(scriptsToRun([]), []);
  });

  for (const [title, text] of [
    ['one more statement', `${stock}(0008,0080) := ""\n`],
    ['one statement less', stock.replace('(0010,0020) := session\n', '')],
    ['another order', '(0010,0020) := session\n(0010,0010) := subject\n(0008,1030) := project\n'],
    ['another value', stock.replace(':= session', ':= subject')],
  ] as const) {
    it(`runs one with ${title}, and the stock script before it`, () => {
      const own = [
        { origin: 'site', text: stock },
        { origin: 'project', text },
      ] as const;
      assert.deepEqual(scriptsToRun(own), own);
    });
  }

  for (const [title, text, message] of [
    ['with an error', '(0010,0010) := "a" b', /script of the project can't be run: line 1, column 20/],
    ['of an unknown version', 'version "7.0"\n-(0010,0010)', /line 1, column 1/],
    ['with an unknown function', 'version "6.6"\n(0010,0010) := secret["a"]', /line 2, column 16/],
    ['that needs a variable of its own', '(0010,0010) := site_number', /variable site_number/],
  ] as const) {
    it(`refuses one ${title}`, () => {
      assert.throws(
        () => scriptsToRun([{ origin: 'project', text }]),
        (error) => GiftCloudError.is(error, 'SCRIPT_ERROR') && message.test(error.message),
      );
    });
  }
});

describe('burned-in text', () => {
  let bench: DeidBench;
  before(() => (bench = new DeidBench()));
  after(() => bench.dispose());

  const status = (...more: BuiltElement[]): string => bench.run(ctElements(more)).status;
  const text = (tag: number, vr: string, value: string): BuiltElement => ({ tag, vr, value });

  it('passes a CT image', () => assert.equal(status(), 'verified'));

  for (const [title, element] of [
    ['Burned In Annotation YES', text(0x00280301, 'CS', 'YES')],
    ['an ultrasound image', text(0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.6.1')],
    ['an ultrasound clip', text(0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.3.1')],
    ['a secondary capture', text(0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7')],
    ['modality US', text(0x00080060, 'CS', 'US')],
    ['a scanned film', text(0x00080064, 'CS', 'DF')],
    ['a screen save', text(0x00080008, 'CS', 'DERIVED\\SECONDARY\\SCREEN SAVE')],
    [
      "the page with a patient's protocol",
      text(0x00080008, 'CS', 'ORIGINAL\\SECONDARY\\OTHER\\CT_SOM7 PROT'),
    ],
    ['the label of a slide', text(0x00080008, 'CS', 'ORIGINAL\\PRIMARY\\LABEL\\NONE')],
    ['a dose report', text(0x0008103e, 'LO', 'Dose Report')],
    ['an angiography without modality', text(0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.12.1')],
    ['a photograph of a skin', text(0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.77.1.7')],
    ['pixels on another server', text(0x00287fe0, 'UR', 'http://pacs.example/1')],
  ] as const) {
    it(`holds ${title}`, () => assert.equal(status(element), 'held'));
  }

  it('passes an RT image that a workstation made, and holds one from a film', () => {
    const rtImage = text(0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.481.1');
    assert.equal(status(rtImage, text(0x00080064, 'CS', 'WSD')), 'verified');
    assert.equal(status(rtImage, text(0x00080064, 'CS', 'DF')), 'held');
  });

  it('does not believe Burned In Annotation NO for ultrasound', () => {
    assert.equal(status(text(0x00280301, 'CS', 'NO'), text(0x00080060, 'CS', 'US')), 'held');
  });
});

describe('known values', () => {
  const of = (name: string, charset = 'ISO_IR 192'): KnownValues => {
    const elements = ctElements([
      { tag: 0x00080005, vr: 'CS', value: charset },
      { tag: 0x00100010, vr: 'PN', value: Buffer.from(name, 'utf8') },
    ]);
    return new KnownValues(readDicom(new MemorySource(buildDicom(elements))).elements);
  };

  it('are found as whole words whatever their case and accents', () => {
    const known = of('Müller^Jo');
    assert.ok(known.isIn('scan of MULLER, knee'));
    assert.ok(known.isIn('Müller'));
    assert.ok(!known.isIn('mullerian duct'));
    assert.ok(!known.isIn('jo'), 'too short to mean anything');
    assert.ok(!known.isIn(''));
  });

  it('are found in scripts that put no blanks between words, from two characters on', () => {
    assert.ok(of('Yamada^Tarou=山田^太郎').isIn('検査山田様'));
    assert.ok(of('김^희중').isIn('환자희중님'));
    assert.ok(!of('Yamada^Tarou=山田^太郎').isIn('検査'));
  });

  it('are IDs and the birth date in the forms that people write, too', () => {
    const known = of('Somebody');
    for (const text of ['ID PLANT-4711', 'born 03.02.1961', '1961-02-03', '02/03/1961']) {
      assert.ok(known.isIn(text), text);
    }
    assert.ok(!known.isIn('04.02.1961'));
  });

  it('are no words that stand for a missing name', () => {
    assert.ok(!of('UNKNOWN^ANONYMOUS').isIn('unknown'));
  });

  it('are found in raw bytes in every spelling', () => {
    const known = of('Müller');
    for (const bytes of ['latin1', 'utf8', 'utf16le'] as const) {
      const inside = Buffer.concat([Buffer.of(0, 1), Buffer.from('Müller', bytes), Buffer.of(7)]);
      assert.ok(known.isInBytes(inside), bytes);
    }
    assert.ok(!known.isInBytes(Buffer.from('nobody here')));
  });
});

describe('original UIDs in raw bytes', () => {
  const uids = new Set(['1.2.826.0.1.3680043.10.777.3']);

  for (const [title, text] of [
    ['alone', '1.2.826.0.1.3680043.10.777.3'],
    ['in a sentence', 'see 1.2.826.0.1.3680043.10.777.3.'],
    ['behind a length that looks like a digit', '\x0081.2.826.0.1.3680043.10.777.3'],
    ['before a tag that looks like a digit', '1.2.826.0.1.3680043.10.777.32\0'],
    ['as the beginning of another', '1.2.826.0.1.3680043.10.777.3.15'],
  ] as const) {
    it(`are found ${title}`, () => assert.ok(containsUid(Buffer.from(text, 'latin1'), uids)));
  }

  it('are not found in other UIDs and numbers', () => {
    assert.ok(!containsUid(Buffer.from('1.2.826.0.1.3680043.10.777.4\\-125.0', 'latin1'), uids));
    assert.ok(!containsUid(Buffer.from('1.2.826.0.1.3680043.10.777.3', 'latin1'), new Set()));
  });
});

describe('damaged and odd input', () => {
  let bench: DeidBench;
  before(() => (bench = new DeidBench()));
  after(() => bench.dispose());

  it('names what is wrong, without values', () => {
    const missing = bench.run(ctElements().filter((element) => element.tag !== 0x0020000d));
    assert.equal(missing.status, 'failed');
    assert.ok('code' in missing && missing.code === 'DICOM_DAMAGED');
    const gone = bench.runFile(`${bench.folder}/not-there`);
    assert.ok('code' in gone && gone.code === 'FILE_UNREADABLE');
    assert.ok('reason' in gone && !gone.reason.includes('not-there'));
  });

  it('replaces the content of a structured report and says so', () => {
    const outcome = bench.made(
      ctElements([
        { tag: 0x00080016, vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.88.11' },
        { tag: 0x00080060, vr: 'CS', value: 'SR' },
        {
          tag: 0x0040a730,
          vr: 'SQ',
          items: [{ elements: [{ tag: 0x0040a160, vr: 'UT', value: 'Zq7plant was here' }] }],
        },
      ]).filter((element) => element.tag !== 0x7fe00010),
    );
    assert.equal(outcome.instance.counts.contentReplaced, true);
    assert.ok(!outcome.bytes.includes('Zq7plant'));
  });
});
