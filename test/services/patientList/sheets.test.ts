import assert from 'node:assert/strict';
import type { KnownPatient } from '../../../src/services/patients/types.js';
import { SheetNames } from '../../../src/services/patientList/sheetNames.js';
import { sheetsOf } from '../../../src/services/patientList/sheets.js';
import { cellText } from '../../../src/services/patientList/workbook.js';
import { placedStudy } from '../../support/placedStudy.js';

function known(number: number, change: Partial<KnownPatient> = {}): KnownPatient {
  const { identity, studyUid, experiment, studyDate, accessionNumber, ...patient } = placedStudy(number);
  const study = { studyUid, experiment, studyDate, accessionNumber };
  return { ...patient, identities: [identity], studies: [study], ...change };
}

describe('sheets of the patient list', () => {
  it('has two for each project: patients in the columns of the original client, and their studies', () => {
    const sheets = sheetsOf([known(1), known(2, { project: 'HEART' })]);
    assert.deepEqual(
      sheets.map(({ name }) => name),
      ['BRAIN', 'BRAIN studies', 'HEART', 'HEART studies'],
    );
    const [patients, studies] = sheets;
    assert.deepEqual(patients, {
      name: 'BRAIN',
      header: ['Patient Name', 'Patient ID', 'GIFT-Cloud Alias', 'GIFT-Cloud pseudonymised patient ID'],
      rows: [['PLANTEDNAME^Number1', 'PLANTEDID-1', 'AutoUploadSubject00001', '2_25_1']],
    });
    assert.deepEqual(studies?.rows, [
      [
        ...['PLANTEDNAME^Number1', 'PLANTEDID-1', 'AutoUploadSubject00001'],
        ...['20240229', 'PLANTEDACC-1', 'AutoUploadSubject00001-Study1'],
      ],
    ]);
  });

  it('is sorted by subject as people count, studies by date', () => {
    const study = (studyDate: string, experiment: string) => ({
      ...{ studyUid: experiment, experiment, studyDate, accessionNumber: '' },
    });
    const two = known(1, { subject: 'S10', studies: [study('20240102', 'B'), study('20230102', 'C')] });
    const [patients, studies] = sheetsOf([two, known(2, { subject: 'S9' })]);
    assert.deepEqual(
      patients?.rows.map((row) => row[2]),
      ['S9', 'S10'],
    );
    assert.deepEqual(
      studies?.rows.map((row) => row[5]),
      ['AutoUploadSubject00002-Study1', 'C', 'B'],
    );
  });

  it('has a row for each way in which a patient was written, and blanks for what is unknown', () => {
    const identity = { ...placedStudy(1).identity, patientName: undefined };
    const [patients] = sheetsOf([known(1, { identities: [placedStudy(1).identity, identity] })]);
    assert.deepEqual(
      patients?.rows.map(([name]) => name),
      ['PLANTEDNAME^Number1', ''],
    );
  });

  it('tells projects of two servers apart, also when only upper and lower case differ', () => {
    const other = known(2, { server: 'https://other.example.org/xnat', project: 'brain' });
    assert.deepEqual(
      sheetsOf([known(1), other, known(3, { project: 'HEART' })]).map(({ name }) => name),
      [
        ...['brain other.example.org', 'brain other.example.org studies'],
        ...['BRAIN xnat.example.org', 'BRAIN xnat.example.org studies', 'HEART', 'HEART studies'],
      ],
    );
  });

  it('goes on with another sheet where one is full', () => {
    const sheets = sheetsOf([known(1), known(2), known(3)], 2);
    assert.deepEqual(
      sheets.map(({ name, rows }) => `${name}: ${rows.length}`),
      ['BRAIN: 2', 'BRAIN (2): 1', 'BRAIN studies: 2', 'BRAIN (2) studies: 1'],
    );
  });

  it('is one sheet with a header when there is nobody', () => {
    assert.deepEqual(
      sheetsOf([]).map(({ name, rows }) => `${name}: ${rows.length}`),
      ['Patients: 0'],
    );
  });
});

describe('names of sheets', () => {
  for (const wanted of [
    ...['', ' ', "'", 'History', 'history', 'a:b\\c/d?e*f[g]', "'quoted'", 'x'.repeat(64), 'tab\there'],
    ...['患者'.repeat(20), `${'y'.repeat(30)}😀`, 'Ünïcödé-Prøject_with.many.dots.in.it'],
  ]) {
    it(`are legal for ${JSON.stringify(wanted)}`, () => {
      const names = new SheetNames();
      const taken = ['', ' studies', '', ' studies'].map((ending) => names.take(wanted, ending));
      for (const name of taken) {
        assert.match(name, /^[^\u0000-\u001f\ud800-\udfff:\\/?*[\]']+$/u);
        assert.ok(name.trim() !== '' && name.length <= 31, name);
        assert.notEqual(name.toLowerCase(), 'history');
      }
      assert.equal(new Set(taken.map((name) => name.toLowerCase())).size, 4);
      assert.ok(taken[1]?.endsWith(' studies'));
    });
  }

  it('are never the same, upper and lower case apart', () => {
    const names = new SheetNames();
    const long = 'P'.repeat(40);
    const taken = [long, `${long}2`, long.toLowerCase(), long].map((name) => names.take(name));
    assert.equal(new Set(taken.map((name) => name.toLowerCase())).size, 4);
  });
});

describe('texts of cells', () => {
  for (const [text, written] of [
    ['=HYPERLINK("http://x","y")', '=HYPERLINK("http://x","y")'],
    ['a\u0000b\u001fc\rd', 'a_x0000_b_x001F_c_x000D_d'],
    ['_x0041_', '_x005F_x0041_'],
    ['_x0041_x0042_', '_x005F_x0041_x005F_x0042_'],
    ['_x41_ _xgggg_', '_x41_ _xgggg_'],
    ['tab\tand\nline', 'tab\tand\nline'],
    ['half \ud83d', 'half \ufffd'],
    ['\ufffe', '_xFFFE_'],
  ] as const) {
    it(`are ${JSON.stringify(written)} for ${JSON.stringify(text)}`, () =>
      assert.equal(cellText(text), written));
  }

  it('are as long as Excel takes, and never end in half a character', () => {
    assert.equal(cellText('a'.repeat(40_000)).length, 32_767);
    assert.equal(cellText(`${'a'.repeat(32_766)}😀`).at(-1), '\ufffd');
  });
});
