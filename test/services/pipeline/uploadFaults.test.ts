import assert from 'node:assert/strict';
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FaultRule } from '../../../src/sandbox/server/faults.js';
import { writeSeries } from '../../support/seriesFiles.js';
import { UploadRig, project } from '../../support/uploadRig.js';

const zip = { method: 'PUT', pathPattern: '\\.zip' } as const;

describe('upload against faults', () => {
  let rig: UploadRig;
  beforeEach(async () => {
    rig = await UploadRig.start();
    await writeSeries(rig.inputs, { instances: 3 });
  });
  afterEach(() => rig.close());

  const allUploaded = ['uploaded', 'uploaded', 'uploaded'];

  /** After every fault: the same command again brings everything there, once. */
  const repeatHeals = async (): Promise<void> => {
    rig.sandbox.faults.clear();
    const again = await rig.upload();
    assert.equal(again.error, undefined);
    assert.ok(
      again.statuses.every((status) => status === 'uploaded' || status === 'present'),
      again.statuses.join(', '),
    );
    const archive = rig.archive();
    assert.equal((await archive.listSubjects(project)).length, 1);
    assert.equal((await archive.listExperiments(project)).length, 1);
    assert.equal(
      (
        await archive.listScans(
          project,
          again.receipt!.series[0]!.place.subject,
          again.receipt!.series[0]!.place.experiment,
        )
      ).length,
      1,
    );
  };

  for (const [what, fault, places] of [
    ['a 500 that stores nothing', { ...zip, action: 'status', status: 500, times: 1 }, 'listed'],
    [
      'a connection dropped in the middle',
      { ...zip, action: 'dropUpload', afterBytes: 700, times: 1 },
      'listed',
    ],
    ['a connection dropped before the answer', { ...zip, action: 'drop', times: 1 }, 'listed'],
    ['a 200 that stores nothing', { ...zip, action: 'ignoreWrite', times: 2 }, 'listed'],
    ['a session that expires with the upload', { ...zip, action: 'expireSession', times: 1 }, 'listed'],
    [
      'a web page instead of the list',
      { action: 'htmlInsteadOfJson', pathPattern: 'DICOM/files\\?', times: 1 },
      'listed',
    ],
    ['a list that breaks off', { action: 'dropMidBody', pathPattern: 'DICOM/files\\?', times: 1 }, 'listed'],
    [
      'a 500 on the last look',
      { action: 'status', status: 500, pathPattern: 'pseudonyms/2_25', after: 3, times: 1 },
      'listed',
    ],
  ] as const satisfies readonly (readonly [string, FaultRule, string])[]) {
    it(`survives ${what}`, async () => {
      rig.sandbox.faults.add(fault);
      const story = await rig.upload();
      assert.equal(story.error, undefined);
      assert.deepEqual(story.statuses, allUploaded);
      assert.ok(
        rig.sandbox.faults.list().every(({ struck }) => struck > 0),
        'the fault struck',
      );
      assert.deepEqual(
        new Set(story.receipt?.series[0]?.instances.map((one) => one.confirmed)),
        new Set([places]),
      );
      await repeatHeals();
    });
  }

  it('fetches back what arrived although its answer was lost', async () => {
    const archive = rig.archive();
    const put = archive.putZip.bind(archive);
    let lost = 0;
    archive.putZip = async (...parameters) => {
      await put(...parameters);
      lost++;
      const { GiftCloudError } = await import('../../../src/services/support/errors.js');
      throw new GiftCloudError('SERVER_UNREACHABLE', 'The connection broke.', { retryable: true });
    };
    const story = await rig.upload({}, { archive });
    assert.equal(lost, 1);
    assert.deepEqual(story.statuses, allUploaded);
    assert.deepEqual(
      new Set(story.receipt?.series[0]?.instances.map((one) => one.confirmed)),
      new Set(['fetched']),
    );
  });

  it('says so when the server accepts everything and keeps nothing', async () => {
    rig.sandbox.faults.add({ ...zip, action: 'ignoreWrite' });
    const story = await rig.upload();
    assert.equal(story.error, undefined);
    assert.deepEqual(new Set(story.statuses), new Set(['failed WRITE_NOT_STORED']));
    assert.deepEqual(
      story.of('series').map(({ status, code }) => [status, code]),
      [['failed', 'WRITE_NOT_STORED']],
    );
    await repeatHeals();
  });

  for (const [what, pathPattern, method] of [
    ['subject', 'subjects/[^/?]*\\?', 'PUT'],
    ['pseudonym', 'pseudonyms/', 'POST'],
    ['experiment', 'experiments/[^/?]*\\?', 'PUT'],
    ['scan', 'scans/[^/?]*\\?', 'PUT'],
    ['resource', 'resources/DICOM\\?', 'PUT'],
  ] as const) {
    it(`sends no byte when the ${what} was accepted but not stored, and heals`, async () => {
      rig.sandbox.faults.add({ action: 'ignoreWrite', pathPattern, method });
      const story = await rig.upload();
      assert.ok(
        story.statuses.every((status) => status.startsWith('failed')),
        story.statuses.join(', '),
      );
      assert.ok(!rig.sandbox.requests.some(({ path }) => path.includes('.zip')));
      await repeatHeals();
    });
  }

  it('stops when the server is full', async () => {
    rig.sandbox.faults.add({ ...zip, action: 'diskFull' });
    const story = await rig.upload();
    assert.equal(story.error?.code, 'SERVER_FULL');
    assert.deepEqual(new Set(story.statuses), new Set(['failed SERVER_FULL']));
    await repeatHeals();
  });

  it('stops when the server goes away for good', async () => {
    rig.sandbox.faults.add({ ...zip, action: 'drop' });
    rig.sandbox.faults.add({ action: 'drop', method: 'GET', after: 9 });
    const story = await rig.upload();
    assert.equal(story.error?.code, 'SERVER_UNREACHABLE');
    assert.ok(story.error.hint.length > 0);
    assert.equal(story.statuses.length, 3);
    await repeatHeals();
  });

  it('fails one series and goes on with the next when only that one meets 500s', async () => {
    await writeSeries(rig.inputs, { study: 2, instances: 2, patientId: 'SECOND', patientName: 'Second^One' });
    rig.sandbox.faults.add({
      action: 'status',
      status: 500,
      method: 'PUT',
      pathPattern: 'experiments/AutoUploadSubject00001',
    });
    const story = await rig.upload();
    assert.equal(story.error, undefined);
    // Which of the two gets the label first is nobody's promise.
    const failed = story.statuses.filter((status) => status === 'failed SERVER_ERROR').length;
    assert.ok(failed === 2 || failed === 3, `${failed} failed`);
    assert.equal(story.statuses.filter((status) => status === 'uploaded').length, 5 - failed);
  });

  it('refuses a project that one may read but not write, before anything is made', async () => {
    const story = await rig.upload({}, { archive: rig.archive('carol') });
    assert.equal(story.error?.code, 'NOT_ALLOWED');
    assert.deepEqual(await rig.archive().listSubjects(project), []);
  });

  it('notices that a reader stored nothing in a known series', async () => {
    await rig.upload();
    await writeSeries(rig.inputs, { instances: 4 });
    const story = await rig.upload({}, { archive: rig.archive('carol') });
    assert.deepEqual(story.statuses, ['present', 'present', 'present', 'failed WRITE_NOT_STORED']);
  });

  for (const [who, where] of [
    ['dave', project],
    ['alice', 'NOSUCH'],
  ] as const) {
    it(`says that ${who} has no project ${where}`, async () => {
      const story = await rig.upload({ project: where }, { archive: rig.archive(who) });
      assert.equal(story.error?.code, 'NOT_FOUND_OR_NOT_ALLOWED');
    });
  }

  it('refuses a wrong password before it looks at files, and asks once', async () => {
    const story = await rig.upload({}, { archive: rig.archive('alice', 'wrong') });
    assert.equal(story.error?.code, 'SIGN_IN_REFUSED');
    assert.deepEqual(story.events, []);
    assert.equal(rig.sandbox.requests.length, 1);
  });

  it('refuses a prefix the server would choke on', async () => {
    for (const subjectPrefix of ['with space', 'slash/ed', 'Umläut']) {
      assert.equal((await rig.upload({ subjectPrefix })).error?.code, 'INVALID_LABEL');
    }
    assert.equal(rig.sandbox.requests.length, 0);
  });

  it('fails a file that changes while it is sent, and sends the others', async () => {
    const archive = rig.archive();
    const put = archive.putZip.bind(archive);
    let first = true;
    archive.putZip = async (...parameters) => {
      if (first) await appendFile(join(rig.inputs, 'IM1_1_0002'), 'xx');
      first = false;
      return put(...parameters);
    };
    const story = await rig.upload({}, { archive });
    assert.deepEqual(story.statuses, ['uploaded', 'failed FILE_CHANGED', 'uploaded']);
  });

  it('fails a file that became another patient while the review was open', async () => {
    const story = await rig.upload({
      confirm: async () => {
        await writeSeries(rig.inputs, { instances: 1, patientId: 'SOMEBODY-ELSE', patientName: 'Else^Some' });
        return true;
      },
    });
    assert.deepEqual(story.statuses, ['failed FILE_CHANGED', 'uploaded', 'uploaded']);
  });

  it('looks through 10,000 text files quickly and without keeping them', async () => {
    const many = join(rig.folder, 'many');
    await mkdir(many);
    for (let at = 0; at < 10_000; at += 500) {
      await Promise.all(
        Array.from({ length: 500 }, (_, index) => writeFile(join(many, `${at + index}.txt`), 'text')),
      );
    }
    const story = await rig.upload({ inputs: [many] });
    assert.equal(story.error, undefined);
    assert.equal(story.statuses.length, 10_000);
    assert.deepEqual(new Set(story.statuses), new Set(['skipped NOT_DICOM']));
    await rm(many, { recursive: true });
  });
});
