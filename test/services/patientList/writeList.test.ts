import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { copyFile, mkdir, rm, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PatientFile } from '../../../src/services/patients/patientFile.js';
import { ListRecords } from '../../../src/services/patientList/listRecord.js';
import { saysOpen } from '../../../src/services/patientList/openElsewhere.js';
import type { ListOrder, ListOutcome } from '../../../src/services/patientList/types.js';
import { writeList } from '../../../src/services/patientList/writeList.js';
import { GiftCloudError, type ErrorCode } from '../../../src/services/support/errors.js';
import { filesOf, LeakSearch } from '../../support/planted.js';
import { placedStudy } from '../../support/placedStudy.js';
import { readList } from '../../support/readList.js';
import { temporaryFolder } from '../../support/seriesFiles.js';

const password = 'fünf gelbe Boote';
const plain = Buffer.from('PK\u0003\u0004', 'latin1');
const isError =
  (code: ErrorCode) =>
  (error: unknown): boolean => {
    assert.ok(GiftCloudError.is(error, code), String(error));
    return true;
  };

describe('the patient list on disk', function () {
  this.timeout(120_000);
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let patients: PatientFile;
  beforeEach(async () => {
    folder = await temporaryFolder();
    patients = new PatientFile(state());
  });
  afterEach(() => {
    patients.dispose();
    return folder.remove();
  });

  const state = (): string => join(folder.path, 'state');
  const list = (name = 'GiftCloudPatientList.xlsx'): string => join(folder.path, 'list', name);
  const order = (change: Partial<ListOrder> = {}): ListOrder => ({
    stateFolder: state(),
    file: list(),
    purpose: 'kept',
    unlessCurrent: true,
    ...change,
  });
  const write = (change: Partial<ListOrder> = {}): Promise<ListOutcome> => writeList(order(change));
  const files = (): string[] => readdirSync(join(folder.path, 'list')).sort();
  const subjects = async (name?: string, secret?: string): Promise<(string | undefined)[]> =>
    ((await readList(list(name), secret))['BRAIN'] ?? []).slice(1).map((row) => row[2]);
  const subject = (number: number): string => placedStudy(number).subject;
  const today = new Date().toISOString().slice(0, 10);

  it('says what the key file says, for its owner alone', async function () {
    await patients.placed(placedStudy(1));
    assert.deepEqual(await write(), {
      status: 'written',
      ...{ patients: 1, studies: 1, damaged: 0, setAside: false },
    });
    const { subject: alias, pseudonym, experiment } = placedStudy(1);
    assert.deepEqual(await readList(list()), {
      BRAIN: [
        ['Patient Name', 'Patient ID', 'GIFT-Cloud Alias', 'GIFT-Cloud pseudonymised patient ID'],
        ['PLANTEDNAME^Number1', 'PLANTEDID-1', alias, pseudonym],
      ],
      'BRAIN studies': [
        [
          ...['Patient Name', 'Patient ID', 'GIFT-Cloud Alias', 'Study Date', 'Accession Number'],
          'GIFT-Cloud Experiment',
        ],
        ['PLANTEDNAME^Number1', 'PLANTEDID-1', alias, '20240229', 'PLANTEDACC-1', experiment],
      ],
    });
    if (process.platform === 'win32') this.skip();
    assert.deepEqual([statSync(list()).mode & 0o777, files()], [0o600, ['GiftCloudPatientList.xlsx']]);
  });

  it('is encrypted with a password, which alone opens it, and nothing else names anybody', async () => {
    for (let number = 0; number < 30; number++) await patients.placed(placedStudy(number));
    await write({ password });
    assert.equal((await subjects(undefined, password)).length, 30);
    await assert.rejects(readList(list(), 'fünf gelbe Booten'), /password is incorrect/);
    await assert.rejects(readList(list()));
    const planted = ['PLANTEDNAME', 'PLANTEDID', 'PLANTEDACC', 'AutoUploadSubject00003', '20240229'];
    const search = new LeakSearch([...planted, password, list()].map((text) => ({ what: text, text })));
    assert.deepEqual(await search.find(filesOf(folder.path, 'state and list')), []);
  });

  it('keeps texts as they are, whatever they look like', async () => {
    const names = [
      '=HYPERLINK("http://x.example","click")',
      '+1',
      '-1',
      '@SUM(1)',
      '0012',
      ' blanks ',
      '_x0041_',
    ];
    for (const [number, patientName] of names.entries()) {
      const identity = { ...placedStudy(number).identity, patientName };
      await patients.placed(placedStudy(number, { identity }));
    }
    await write();
    const rows = (await readList(list()))['BRAIN'] ?? [];
    // The reader does not decode what looks like an escape; the one that Excel has does.
    assert.deepEqual(
      rows.slice(1).map(([name]) => name?.replace('_x005F_', '_')),
      names,
    );
  });

  it('is left alone while it says the same, and written for news, a new password and when it is gone', async () => {
    await patients.placed(placedStudy(1));
    await write();
    assert.equal((await write()).status, 'current');
    assert.equal((await write({ unlessCurrent: false })).status, 'written');
    await patients.placed(placedStudy(2));
    assert.equal((await write()).status, 'written');
    assert.equal((await write({ password })).status, 'written');
    assert.equal((await write({ password })).status, 'current');
    assert.equal((await write({ password: 'another' })).status, 'written');
    await unlink(list());
    assert.equal((await write({ password })).status, 'written');
  });

  it('is not made for nobody, and not emptied when the key file is gone', async () => {
    assert.equal((await write()).status, 'current');
    await patients.placed(placedStudy(1));
    await write();
    patients.dispose();
    await rm(join(state(), 'patients'), { recursive: true });
    assert.equal((await write({ unlessCurrent: false })).status, 'current');
    assert.deepEqual(await subjects(), [subject(1)]);
  });

  it('keeps one backup a day, and five of them', async () => {
    await patients.placed(placedStudy(1));
    await write();
    for (const day of ['2020-01-01', '2020-01-02', '2020-01-03', '2020-01-04', '2020-01-05']) {
      await copyFile(list(), list(`GiftCloudPatientList.backup-${day}.xlsx`));
    }
    for (let number = 2; number < 5; number++) {
      await patients.placed(placedStudy(number));
      await write();
    }
    const dates = ['2020-01-02', '2020-01-03', '2020-01-04', '2020-01-05', today];
    assert.deepEqual(files(), [
      ...dates.map((date) => `GiftCloudPatientList.backup-${date}.xlsx`),
      'GiftCloudPatientList.xlsx',
    ]);
    assert.deepEqual(await subjects(`GiftCloudPatientList.backup-${today}.xlsx`), [subject(1)]);
    assert.equal((await subjects()).length, 4);
  });

  it('sets aside for ever what it did not write, once, and says so', async () => {
    await mkdir(join(folder.path, 'list'));
    await writeFile(list(), Buffer.concat([plain, Buffer.from('of the original client')]));
    await patients.placed(placedStudy(1));
    assert.equal((await write()).setAside, true);
    const [kept = '', ...others] = files();
    assert.match(kept, /^GiftCloudPatientList\.kept-\d{4}-\d\d-\d\d-[0-9a-f]{8}\.xlsx$/);
    assert.deepEqual(others, ['GiftCloudPatientList.xlsx']);
    await patients.placed(placedStudy(2));
    assert.equal((await write()).setAside, false);
    assert.ok(readFileSync(list(kept)).includes('of the original client'));
  });

  it('keeps for ever what says more than the key file does now', async () => {
    for (let number = 0; number < 3; number++) await patients.placed(placedStudy(number));
    await write();
    patients.dispose();
    await rm(join(state(), 'patients'), { recursive: true });
    patients = new PatientFile(state());
    await patients.placed(placedStudy(9));
    await write();
    const kept = files().filter((name) => name.includes('.kept-'));
    assert.equal((await subjects(kept[0])).length, 3);
  });

  it('encrypts what it kept before there was a password', async () => {
    await patients.placed(placedStudy(1));
    await write();
    await copyFile(list(), list('GiftCloudPatientList.backup-2020-01-01.xlsx'));
    await writeFile(list(), Buffer.concat([readFileSync(list()), Buffer.from('changed')]));
    await patients.placed(placedStudy(2));
    await write();
    await write({ password });
    assert.equal(files().length, 4);
    for (const name of files()) {
      assert.ok(!readFileSync(list(name)).subarray(0, 4).equals(plain), name);
      if (!name.includes('.kept-')) assert.notEqual((await subjects(name, password)).length, 0);
    }
  });

  it('does not put a plain list in the place of a protected one, nor where a password is expected', async () => {
    await patients.placed(placedStudy(1));
    await write({ password });
    const before = readFileSync(list());
    await assert.rejects(write({ unlessCurrent: false }), isError('LIST_PASSWORD_NEEDED'));
    assert.deepEqual(readFileSync(list()), before);
    await unlink(list());
    const records = new ListRecords(state());
    await records.expectPassword(true);
    await assert.rejects(write(), isError('LIST_PASSWORD_NEEDED'));
    await records.expectPassword(false);
    assert.equal((await write()).status, 'written');
  });

  for (const mark of ['.~lock.GiftCloudPatientList.xlsx#', '~$GiftCloudPatientList.xlsx']) {
    it(`waits while another program has it open (${mark})`, async () => {
      await patients.placed(placedStudy(1));
      await write();
      const before = readFileSync(list());
      await writeFile(list(mark), '');
      await patients.placed(placedStudy(2));
      await assert.rejects(write(), isError('LIST_OPEN'));
      assert.deepEqual([readFileSync(list()), files().length], [before, 2]);
      await unlink(list(mark));
      await write();
      assert.equal((await subjects()).length, 2);
    });
  }

  it('knows what systems say of a file that is open', () => {
    const error = (code: string): Error => Object.assign(new Error(code), { code });
    const says = (code: string, platform: NodeJS.Platform): boolean => saysOpen(error(code), platform);
    assert.deepEqual(
      [says('EBUSY', 'linux'), says('EPERM', 'win32'), says('EACCES', 'win32'), says('EACCES', 'linux')],
      [true, true, true, false],
    );
  });

  it('exports into a file, again into the same, and never over another one', async () => {
    await patients.placed(placedStudy(1));
    const file = list('export.xlsx');
    const exporting = { file, purpose: 'export', unlessCurrent: false } as const;
    await write(exporting);
    await write(exporting);
    assert.deepEqual([files(), await subjects('export.xlsx')], [['export.xlsx'], [subject(1)]]);
    await writeFile(file, 'the work of somebody');
    await assert.rejects(write(exporting), isError('FILE_EXISTS'));
    assert.equal(readFileSync(file, 'utf8'), 'the work of somebody');
  });

  it('removes what a killed process left, and nothing of others', async () => {
    await patients.placed(placedStudy(1));
    await write();
    const parts = ['GiftCloudPatientList.xlsx.00000000.part', 'holiday.00000000.part'].map(list);
    for (const part of parts) {
      await writeFile(part, '');
      await utimes(part, 1, 1);
    }
    await patients.placed(placedStudy(2));
    await write();
    assert.deepEqual(
      files().filter((name) => name.endsWith('.part')),
      ['holiday.00000000.part'],
    );
  });
});
