import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { copyFile, open, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PatientFile } from '../../../src/services/patients/patientFile.js';
import { GiftCloudError, type ErrorCode } from '../../../src/services/support/errors.js';
import { filesOf, LeakSearch } from '../../support/planted.js';
import { placedStudy, server } from '../../support/placedStudy.js';
import { temporaryFolder } from '../../support/seriesFiles.js';

const isError =
  (code: ErrorCode) =>
  (error: unknown): boolean => {
    assert.ok(GiftCloudError.is(error, code), String(error));
    return true;
  };

describe('key file of the patients', function () {
  this.timeout(60_000);
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let files: PatientFile[];
  beforeEach(async () => {
    folder = await temporaryFolder();
    files = [];
  });
  afterEach(() => {
    files.forEach((file) => file.dispose());
    return folder.remove();
  });

  /** As another process opens it. */
  const again = (): PatientFile => {
    const file = new PatientFile(folder.path);
    files.push(file);
    return file;
  };
  const patientsFolder = (): string => join(folder.path, 'patients');
  const facts = (): string[] => readdirSync(patientsFolder());
  const subjects = async (file = again()): Promise<string[]> =>
    (await file.patients()).map(({ subject }) => subject).sort();
  const fill = async (count: number, first = 0): Promise<void> => {
    const file = again();
    for (let number = first; number < first + count; number++) await file.placed(placedStudy(number));
    file.dispose();
  };

  it('gives back what was written, to another process too', async () => {
    const study = placedStudy(1);
    await again().placed(study);
    const [known, ...others] = await again().patients();
    const { identity, studyUid, experiment, studyDate, accessionNumber, ...patient } = study;
    assert.deepEqual(others, []);
    assert.deepEqual(known, {
      ...patient,
      identities: [JSON.parse(JSON.stringify(identity))],
      studies: [{ studyUid, experiment, studyDate, accessionNumber }],
    });
  });

  it('keeps names from the disk, and the files from others', async function () {
    await fill(20);
    const planted = ['PLANTEDNAME', 'PLANTEDID', 'PLANTEDACC', 'AutoUploadSubject00003', server];
    const search = new LeakSearch(planted.map((text) => ({ what: text, text })));
    assert.deepEqual(await search.find(filesOf(folder.path, 'the state folder')), []);
    if (process.platform === 'win32') this.skip();
    const modes = ['keys/patients.json', ...facts().map((name) => `patients/${name}`)].map(
      (name) => statSync(join(folder.path, name)).mode & 0o777,
    );
    assert.deepEqual([...new Set(modes)], [0o600]);
    assert.deepEqual(
      ['keys', 'patients'].map((name) => statSync(join(folder.path, name)).mode & 0o777),
      [0o700, 0o700],
    );
  });

  it('does not grow when the same comes again', async () => {
    await fill(3);
    const before = facts();
    await fill(3);
    assert.deepEqual(facts(), before);
  });

  it('tells the latest subject, name and experiment, and keeps the names before', async () => {
    const file = again();
    await file.placed(placedStudy(1));
    const identity = { ...placedStudy(1).identity, patientName: 'Other^Name' };
    await new Promise((resolve) => setTimeout(resolve, 2));
    await file.placed(placedStudy(1, { identity, subject: 'X', experiment: 'X-Study1' }));
    const [known] = await again().patients();
    assert.ok(known);
    assert.equal(known.subject, 'X');
    assert.deepEqual(
      known.identities.map(({ patientName }) => patientName),
      ['Other^Name', 'PLANTEDNAME^Number1'],
    );
    assert.deepEqual(
      known.studies.map(({ experiment }) => experiment),
      ['X-Study1'],
    );
  });

  it('keeps servers and projects apart', async () => {
    const file = again();
    await file.placed(placedStudy(1));
    await file.placed(placedStudy(1, { project: 'HEART', subject: 'H' }));
    await file.placed(placedStudy(1, { server: 'https://other.example.org', subject: 'O' }));
    assert.deepEqual(await subjects(), ['AutoUploadSubject00001', 'H', 'O']);
  });

  for (const [what, spoil] of [
    ['lost', () => rm(join(folder.path, 'keys/patients.json'))],
    ['emptied', () => writeFile(join(folder.path, 'keys/patients.json'), '')],
    [
      'exchanged',
      async () => {
        const other = await temporaryFolder();
        await new PatientFile(other.path).placed(placedStudy(1));
        await copyFile(join(other.path, 'keys/patients.json'), join(folder.path, 'keys/patients.json'));
        await other.remove();
      },
    ],
  ] as const) {
    it(`misses a key that was ${what}, and never replaces it`, async () => {
      await fill(1);
      await spoil();
      const key = (): string[] => readdirSync(join(folder.path, 'keys')).sort();
      const before = key();
      await assert.rejects(again().ready(), isError('KEY_MISSING'));
      await assert.rejects(again().placed(placedStudy(2)), isError('KEY_MISSING'));
      assert.deepEqual(key(), before);
    });
  }

  it('reads to the torn end of a file, and counts damage in the middle', async () => {
    await fill(3);
    const [name = ''] = facts();
    const path = join(patientsFolder(), name);
    const { size } = statSync(path);
    await truncate(path, size - 5);
    assert.deepEqual([(await again().patients()).length, await again().damaged()], [2, 0]);
    const file = await open(path, 'r+');
    await file.write(Buffer.from([1, 2, 3]), 0, 3, 60);
    await file.close();
    assert.deepEqual([await subjects(), await again().damaged()], [['AutoUploadSubject00001'], 1]);
  });

  it('refuses a frame from another place or file', async () => {
    await fill(1);
    await fill(1, 1);
    const [one = '', two = ''] = facts().map((name) => join(patientsFolder(), name));
    const [first, second] = [readFileSync(one), readFileSync(two)];
    await writeFile(one, Buffer.concat([first, second.subarray(32)]));
    await writeFile(two, Buffer.concat([second, second.subarray(32)]));
    assert.deepEqual([(await again().patients()).length, await again().damaged()], [2, 2]);
  });

  it('merges many files into one, and sets a damaged one aside', async () => {
    for (let number = 0; number < 12; number++) await fill(2, number * 2);
    const [name = ''] = facts();
    const bytes = readFileSync(join(patientsFolder(), name));
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(join(patientsFolder(), name), bytes);
    const file = again();
    assert.equal((await file.patients()).length, 23);
    assert.equal(await file.damaged(), 1);
    assert.deepEqual(
      facts()
        .map((one) => one.replace(/^[0-9a-f.]+\./, ''))
        .sort(),
      ['facts', 'merging.damaged'],
    );
    const [whole = ''] = facts().filter((one) => one.endsWith('.facts'));
    await truncate(join(patientsFolder(), whole), statSync(join(patientsFolder(), whole)).size - 33);
    assert.equal(await again().damaged(), 2, 'the end of a merged file is missing');
  });

  it('writes again what a merger took away', async () => {
    const writer = again();
    await writer.placed(placedStudy(1));
    // As a merger does that has read the file already and is about to remove it.
    const [name = ''] = facts();
    await rename(join(patientsFolder(), name), join(folder.path, 'taken'));
    await writer.placed(placedStudy(2));
    assert.deepEqual(await subjects(), ['AutoUploadSubject00002']);
  });

  it('reads on where a merger was killed, and ends its work', async () => {
    for (let number = 0; number < 12; number++) await fill(1, number);
    const [one = '', two = ''] = facts().map((name) => join(patientsFolder(), name));
    await rename(one, one.replace('.facts', '.00000000.merging'));
    await writeFile(two.replace('.facts', '.facts.00000000.part'), 'half a file');
    const reader = again();
    assert.equal((await reader.patients()).length, 12);
    assert.deepEqual(
      facts().filter((name) => name.endsWith('.merging')),
      [],
    );
  });

  it('loses nothing that was durable when processes are killed while they write and merge', async () => {
    const durable = new Set<number>();
    let next = 0;
    for (let round = 0; round < 8; round++) {
      const writers: ChildProcess[] = [];
      for (let one = 0; one < 3; one++) {
        const script = resolve(import.meta.dirname, '../../support/patientProcess.ts');
        const args = [folder.path, String(next)];
        next += 1000;
        const writer = fork(script, args, { execArgv: ['--import', 'tsx'], stdio: 'ignore' });
        writer.on('message', (number: number) => durable.add(number));
        writers.push(writer);
      }
      await Promise.all(writers.map((writer) => once(writer, 'message')));
      await new Promise((done) => setTimeout(done, 20 + Math.random() * 60));
      for (const writer of writers) writer.kill('SIGKILL');
      await Promise.all(writers.map((writer) => once(writer, 'exit')));
      const known = new Set((await again().patients()).map(({ pseudonym }) => Number(pseudonym.slice(5))));
      assert.deepEqual(
        [...durable].filter((number) => !known.has(number)),
        [],
      );
    }
    assert.equal(await again().damaged(), 0);
    assert.ok(facts().length < 24, 'nothing was merged');
  });

  it('gives two processes that begin at once the same key', async () => {
    const both = [again(), again(), again(), again()];
    await Promise.all(both.map((file, number) => file.placed(placedStudy(number))));
    assert.equal((await again().patients()).length, 4);
  });

  describe('doubt', () => {
    const where = { server, project: 'BRAIN', issuerCounts: false };
    const known = placedStudy(1).identity;
    const doubt = async (change: Partial<typeof known>, more = {}): Promise<string | undefined> =>
      (await again().doubtAbout({ ...known, ...change }, { ...where, ...more }))?.code;
    beforeEach(async () => {
      const identity = { ...known, issuerOfPatientId: 'St. Elsewhere' };
      await again().placed(placedStudy(1, { identity }));
    });

    it('has none about a patient who is not known, or known as the same', async () => {
      assert.equal(await doubt({ patientId: 'somebody else' }), undefined);
      assert.equal(await doubt({}), undefined);
      assert.equal(await doubt({ patientName: 'plantedname^number1^' }), undefined);
      assert.equal(await doubt({ patientBirthDate: undefined }), undefined);
      assert.equal(await doubt({ patientName: 'Another' }, { project: 'HEART' }), undefined);
    });

    it('holds another name, birth date or issuer', async () => {
      assert.equal(await doubt({ patientName: 'Another' }), 'PATIENT_AMBIGUOUS');
      assert.equal(await doubt({ patientBirthDate: '19700102' }), 'PATIENT_AMBIGUOUS');
      assert.equal(await doubt({ issuerOfPatientId: 'Elsewhere' }), 'PATIENT_AMBIGUOUS');
    });

    it('takes two issuers for two patients where the issuer is part of the pseudonym', async () => {
      const more = { issuerCounts: true };
      assert.equal(await doubt({ issuerOfPatientId: 'Elsewhere', patientName: 'Another' }, more), undefined);
      assert.equal(await doubt({ issuerOfPatientId: 'ST. ELSEWHERE' }, more), undefined);
      assert.equal(await doubt({}, more), 'PATIENT_AMBIGUOUS', 'an ID without its issuer');
    });

    it('has none about a writing that was accepted once', async () => {
      const identity = { ...known, patientName: 'Married^Name' };
      await again().placed(placedStudy(1, { identity }));
      assert.equal(await doubt({ patientName: 'Married^Name' }), undefined);
      assert.equal(await doubt({ patientName: 'Third^Name' }), 'PATIENT_AMBIGUOUS');
    });
  });
});
