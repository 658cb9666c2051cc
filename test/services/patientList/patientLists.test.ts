import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PatientFile } from '../../../src/services/patients/patientFile.js';
import { isInGitRepository } from '../../../src/services/patientList/gitFolder.js';
import { PatientLists } from '../../../src/services/patientList/patientLists.js';
import type { ListEvent } from '../../../src/services/patientList/types.js';
import { writeList } from '../../../src/services/patientList/writeList.js';
import { pseudonymOf } from '../../../src/services/subjects/pseudonyms.js';
import { GiftCloudError, type ErrorCode } from '../../../src/services/support/errors.js';
import { placedStudy } from '../../support/placedStudy.js';
import { readList } from '../../support/readList.js';
import { writeSeries } from '../../support/seriesFiles.js';
import { project, UploadRig } from '../../support/uploadRig.js';

const isError =
  (code: ErrorCode) =>
  (error: unknown): boolean => {
    assert.ok(GiftCloudError.is(error, code), String(error));
    return true;
  };

describe('patient lists', () => {
  let rig: UploadRig;
  let patients: PatientFile;
  let lists: PatientLists;
  beforeEach(async () => {
    rig = await UploadRig.start();
    patients = new PatientFile(rig.state);
    lists = new PatientLists(rig.state, patients, writeList);
  });
  afterEach(async () => {
    patients.dispose();
    await rig.close();
  });

  const folder = (): string => join(rig.folder, 'list');

  describe('where they may be kept', () => {
    it('is any folder that can be written to; it is made', async () => {
      await lists.assertTarget({ folder: join(folder(), 'deep'), password: 'x' });
      await writeFile(join(folder(), 'file'), '');
      for (const bad of ['list', '', join(folder(), 'file', 'below')]) {
        await assert.rejects(lists.assertTarget({ folder: bad }), isError('USAGE'));
      }
    });

    it('asks for the password of a list that is protected, and for one that Excel takes', async () => {
      await lists.assertTarget({ folder: folder() });
      await writeFile(join(folder(), 'GiftCloudPatientList.xlsx'), Buffer.from('d0cf11e0a1b11ae100', 'hex'));
      await assert.rejects(lists.assertTarget({ folder: folder() }), isError('LIST_PASSWORD_NEEDED'));
      await lists.assertTarget({ folder: folder(), password: 'x'.repeat(255) });
      for (const password of ['', 'x'.repeat(256)]) {
        await assert.rejects(lists.assertTarget({ folder: folder(), password }), isError('USAGE'));
      }
    });

    it('is told when it lies in a git repository', async () => {
      await mkdir(join(folder(), 'repository', 'deep'), { recursive: true });
      assert.equal(await isInGitRepository(join(folder(), 'repository', 'deep')), false);
      await mkdir(join(folder(), 'repository', '.git'));
      assert.equal(await isInGitRepository(join(folder(), 'repository', 'deep', 'not', 'there')), true);
      await mkdir(join(folder(), 'worktree'));
      await writeFile(join(folder(), 'worktree', '.git'), 'gitdir: elsewhere');
      assert.equal(await isInGitRepository(join(folder(), 'worktree')), true);
    });
  });

  it('follow the key file', async () => {
    const told: ListEvent[] = [];
    const kept = lists.keep({ folder: folder(), password: 'x' }, (event) => told.push(event));
    await patients.placed(placedStudy(1));
    await patients.placed(placedStudy(2));
    await kept.flush();
    kept.dispose();
    assert.deepEqual(told, [
      { kind: 'written', ...{ patients: 2, studies: 2, damaged: 0, setAside: false } },
    ]);
    assert.equal((await readList(join(folder(), 'GiftCloudPatientList.xlsx'), 'x'))['BRAIN']?.length, 3);
  });

  describe('looking a patient up', () => {
    beforeEach(async () => {
      for (let number = 1; number < 4; number++) await patients.placed(placedStudy(number));
      await patients.placed(placedStudy(1, { project: 'HEART', subject: 'H1' }));
    });
    const found = async (term: string): Promise<string[]> =>
      (await lists.lookUp(term)).map((patient) => `${patient.project} ${patient.subject}`);

    it('takes subject label, pseudonym and patient ID', async () => {
      assert.deepEqual(await found(' autouploadsubject00002 '), ['BRAIN AutoUploadSubject00002']);
      assert.deepEqual(await found('2.25.3'), ['BRAIN AutoUploadSubject00003']);
      assert.deepEqual(await found('2_25_1'), ['BRAIN AutoUploadSubject00001', 'HEART H1']);
      assert.deepEqual(await found('plantedid-1'), ['BRAIN AutoUploadSubject00001', 'HEART H1']);
    });

    it('takes all of it: a part finds nobody, nor does nothing', async () => {
      for (const term of ['PLANTEDID', 'AutoUploadSubject0000', '', ' ', 'PLANTEDNAME']) {
        assert.deepEqual(await found(term), [], term);
      }
    });
  });

  describe('taking over the list of the original client', () => {
    const path = (): string => join(rig.folder, 'GiftCloudPatientList.json');
    const entry = (id: string, alias: string, more = {}): object => ({
      ...{ PatientName: `Name^${id}`, PatientId: id },
      ...{ GiftCloudAlias: alias, GiftCloudPpid: pseudonymOf(id), ...more },
    });
    const write = (aliases: readonly object[], name = project): Promise<void> =>
      writeFile(path(), JSON.stringify({ ProjectList: [{ ProjectName: name, AliasList: aliases }] }));
    const take = async (): Promise<string[]> => {
      const results: string[] = [];
      for await (const { index, status, code } of lists.import(path(), rig.archive()))
        results.push([index, status, code].filter(Boolean).join(' '));
      return results;
    };
    const subjects = async (): Promise<string[]> =>
      (await patients.patients()).map(({ subject }) => subject).sort();
    /** Patients whom the server knows, as the original client leaves them. */
    const onServer = async (...ids: readonly string[]): Promise<void> => {
      const archive = rig.archive();
      for (const [at, id] of ids.entries()) {
        const label = `S${at + 1}`;
        await archive.createSubject(project, label);
        await archive.postPseudonym(project, label, pseudonymOf(id) ?? '');
      }
    };

    it('takes what the server says, too, once', async () => {
      await onServer('A1', 'Ünï-2');
      await write([entry('A1', 'S1'), entry('Ünï-2', 'S2')]);
      assert.deepEqual(await take(), ['1 added', '2 added']);
      assert.deepEqual(await take(), ['1 known', '2 known']);
      // As another process reads it.
      const [first] = await new PatientFile(rig.state).patients();
      assert.deepEqual(first, {
        ...{ server: rig.archive().serverUrl, project, pseudonym: pseudonymOf('A1'), subject: 'S1' },
        identities: [{ patientName: 'Name^A1', patientId: 'A1' }],
        studies: [],
      });
    });

    it('holds what contradicts the server or itself, and goes on', async () => {
      await onServer('A1', 'A2', 'A3');
      await write([
        ...[entry('A1', 'S2'), entry('B9', 'S9'), entry('A2', 'S2', { GiftCloudPpid: pseudonymOf('A1') })],
        ...[entry('', 'S3'), entry('A3', ''), entry('A2', 'S2', { GiftCloudPpid: 'A2' }), entry('A3', 'S3')],
      ]);
      assert.deepEqual(await take(), [
        ...['1 held MAPPING_CHANGED', '2 held MAPPING_CHANGED', '3 held PATIENT_AMBIGUOUS'],
        ...['4 held PATIENT_ID_MISSING', '5 held PATIENT_ID_MISSING', '6 held PATIENT_AMBIGUOUS', '7 added'],
      ]);
      assert.deepEqual(await subjects(), ['S3']);
      const asked = rig.sandbox.requests.map(({ path: requested }) => requested).join('\n');
      assert.ok(!/pseudonyms\/A2/.test(asked), 'an ID went to the server');
    });

    it('holds a patient who is known here with another name', async () => {
      await writeSeries(rig.inputs, { instances: 1 });
      await rig.upload();
      await write([
        entry('HOSP0001', 'AutoUploadSubject00001', { PatientName: 'Somebody^Else' }),
        entry('HOSP0001', 'AutoUploadSubject00001', { PatientName: 'Müller^Jörg' }),
      ]);
      const before = await patients.patients();
      assert.deepEqual(await take(), ['1 held PATIENT_AMBIGUOUS', '2 known']);
      assert.deepEqual(await patients.patients(), before);
    });

    it('holds projects that the server does not show', async () => {
      await write([entry('A1', 'S1')], 'not a label/at all');
      assert.deepEqual(await take(), ['1 held MAPPING_CHANGED']);
    });

    it('reads what Windows wrote in its own character set', async () => {
      const archive = rig.archive();
      const pseudonym = pseudonymOf('Mü1', 'latin1') ?? '';
      await archive.createSubject(project, 'S1');
      await archive.postPseudonym(project, 'S1', pseudonym);
      const list = { ProjectName: project, AliasList: [entry('Mü1', 'S1', { GiftCloudPpid: pseudonym })] };
      await writeFile(path(), Buffer.from(JSON.stringify({ ProjectList: [list] }), 'latin1'));
      assert.deepEqual(await take(), ['1 added']);
      assert.equal((await patients.patients())[0]?.identities[0].patientName, 'Name^Mü1');
    });

    it('takes hundreds, in their order', async () => {
      const ids = Array.from({ length: 230 }, (_, number) => `N${number}`);
      await onServer(...ids);
      await write(ids.map((id, at) => entry(id, `S${at + 1}`)));
      assert.deepEqual(
        await take(),
        ids.map((_, at) => `${at + 1} added`),
      );
      assert.equal((await subjects()).length, 230);
    });

    for (const text of ['', '{', '[]', '{"ProjectList":{}}', '{"ProjectList":[{"ProjectName":1}]}', 'null']) {
      it(`refuses ${text || 'an empty file'}`, async () => {
        await writeFile(path(), text);
        await assert.rejects(take(), isError('USAGE'));
      });
    }
  });
});
