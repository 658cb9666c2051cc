import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PatientFile } from '../../../src/services/patients/patientFile.js';
import type { KeyFact } from '../../../src/services/patients/types.js';
import type { ListOrder, ListOutcome } from '../../../src/services/patientList/types.js';
import { writeList } from '../../../src/services/patientList/writeList.js';
import { filesOf, LeakSearch } from '../../support/planted.js';
import { placedStudy } from '../../support/placedStudy.js';
import { readList } from '../../support/readList.js';
import { temporaryFolder } from '../../support/seriesFiles.js';

const password = 'fünf gelbe Boote';
const plain = Buffer.from('PK\u0003\u0004', 'latin1');

describe('the patient list of several processes', function () {
  this.timeout(120_000);
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let patients: PatientFile;
  beforeEach(async () => {
    folder = await temporaryFolder();
    patients = new PatientFile(join(folder.path, 'state'));
  });
  afterEach(() => {
    patients.dispose();
    return folder.remove();
  });

  const list = (name = 'GiftCloudPatientList.xlsx'): string => join(folder.path, 'list', name);
  const order = (change: Partial<ListOrder> = {}): ListOrder => ({
    ...{ stateFolder: join(folder.path, 'state'), file: list() },
    ...{ purpose: 'kept', unlessCurrent: true, ...change },
  });
  const write = (change: Partial<ListOrder> = {}): Promise<ListOutcome> => writeList(order(change));
  const subjects = async (secret?: string): Promise<(string | undefined)[]> =>
    ((await readList(list(), secret))['BRAIN'] ?? []).slice(1).map((row) => row[2]);
  const start = (first: number, rounds: number, change: Partial<ListOrder> = {}, each = 1): ChildProcess => {
    const script = resolve(import.meta.dirname, '../../support/listProcess.ts');
    const args = [JSON.stringify(order(change)), String(first), String(rounds), String(each)];
    return fork(script, args, {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  };

  it('ends with everybody in it, whoever writes last', async () => {
    const writers = [start(0, 4), start(100, 4), start(200, 4)];
    await Promise.all(writers.map((writer) => once(writer, 'exit')));
    assert.equal((await subjects()).length, 12);
    assert.equal((await write()).status, 'current');
  });

  it('is whole and encrypted whenever a writer is killed', async () => {
    let next = 0;
    await patients.placed(placedStudy(999_999));
    await write({ password });
    for (let round = 0; round < 2; round++) {
      const writer = start(next, 1000, { password });
      next += 1000;
      await once(writer, 'message');
      await new Promise((done) => setTimeout(done, 200 + Math.random() * 800));
      writer.kill('SIGKILL');
      await once(writer, 'exit');
      assert.ok((await subjects(password)).length > 0);
      for (const name of readdirSync(join(folder.path, 'list')))
        assert.ok(!readFileSync(list(name)).subarray(0, 4).equals(plain), name);
    }
    const search = new LeakSearch([{ what: 'a name', text: 'PLANTEDNAME' }]);
    assert.deepEqual(await search.find(filesOf(folder.path, 'state and list')), []);
    await write({ password });
    assert.equal((await subjects(password)).length, (await patients.patients()).length);
  });

  it('takes bounded memory for 50,000 patients', async () => {
    const of = (number: number) => ({ ...placedStudy(number), at: 1 });
    const facts = Array.from({ length: 50_000 }, (_, number) => of(number)).flatMap((study): KeyFact[] => [
      { kind: 'patient', ...study },
      { kind: 'study', ...study },
      { kind: 'study', ...study, studyUid: `${study.studyUid}1` },
    ]);
    await patients.add(facts);
    patients.dispose();
    const writer = start(0, 1, { password }, 0);
    const [bytes] = (await once(writer, 'message')) as [number];
    await once(writer, 'exit');
    assert.ok(bytes < 700 * 1024 * 1024, `${Math.round(bytes / 1e6)} MB`);
    const { status, ...counts } = await write({ password });
    assert.deepEqual([status, counts.patients, counts.studies], ['current', 50_000, 100_000]);
  });
});
