import assert from 'node:assert/strict';
import type { FaultRule } from '../../../src/sandbox/server/faults.js';
import { writeSeries } from '../../support/seriesFiles.js';
import { project, UploadRig, type UploadStory } from '../../support/uploadRig.js';

const good = new Set(['uploaded', 'present']);

describe('upload to plain XNAT against faults', function () {
  this.timeout(120_000);
  let rig: UploadRig;
  beforeEach(async () => {
    rig = await UploadRig.start({ plainXnat: true });
  });
  afterEach(() => rig.close());

  const uploaded = async (): Promise<UploadStory> => {
    const story = await rig.upload();
    assert.equal(story.error, undefined, story.error?.message);
    return story;
  };
  const subjects = async (): Promise<readonly string[]> =>
    (await rig.archive().listSubjects(project)).map(({ label }) => label);
  const waiting = async (): Promise<number> => (await rig.archive().listPrearchive(project)).length;
  const imported = (): number =>
    rig.sandbox.requests.filter(({ path }) => path.includes('services/import')).length;
  const imports = { method: 'POST', pathPattern: 'services/import' } as const;
  const commits = { method: 'POST', pathPattern: 'action=commit' } as const;
  for (const [what, fault] of [
    ['an import that stores nothing', { ...imports, action: 'status', status: 500, times: 1 }],
    ['an import that breaks off', { ...imports, action: 'dropUpload', afterBytes: 700, times: 1 }],
    ['an import whose answer is lost', { ...imports, action: 'dropAnswer', times: 1 }],
    ['an import that answers 200 and stores nothing', { ...imports, action: 'ignoreWrite', times: 1 }],
    ['a session that expires with the import', { ...imports, action: 'expireSession', times: 1 }],
    ['a commit that is not done', { ...commits, action: 'status', status: 500, times: 1 }],
    ['a commit whose answer is lost', { ...commits, action: 'dropAnswer', times: 1 }],
    ['a commit that has to wait', { ...commits, action: 'status', status: 409, times: 2 }],
    [
      'a prearchive that is not listed',
      { action: 'status', status: 503, pathPattern: 'data/prearchive', times: 1 },
    ],
    [
      'a list of subjects that breaks off',
      { action: 'dropMidBody', pathPattern: '/subjects\\?', after: 2, times: 1 },
    ],
  ] as const satisfies readonly (readonly [string, FaultRule])[]) {
    it(`survives ${what}`, async () => {
      await writeSeries(rig.inputs, { instances: 3 });
      rig.sandbox.faults.add(fault);
      const story = await uploaded();
      assert.ok(
        story.statuses.every((status) => good.has(status)),
        story.statuses.join(),
      );
      assert.ok(rig.sandbox.faults.list().every(({ struck }) => struck > 0));
      assert.deepEqual(await subjects(), ['AutoUploadSubject00001']);
      assert.equal((await rig.archivedNames()).length, 3);
      assert.equal(await waiting(), 0);
    });
  }

  it('gives up on a server that never archives, and takes its session up in the next run', async () => {
    await writeSeries(rig.inputs, { instances: 2 });
    rig.sandbox.faults.add({ ...commits, action: 'status', status: 409 });
    const story = await rig.upload();
    assert.deepEqual(story.statuses, ['failed ARCHIVE_CONFLICT', 'failed ARCHIVE_CONFLICT']);
    rig.sandbox.faults.clear();
    const sent = imported();
    assert.deepEqual((await uploaded()).statuses, ['present', 'present']);
    assert.equal(imported(), sent);
  });

  it('says so when the field of the subject is not kept', async () => {
    await writeSeries(rig.inputs, { instances: 2 });
    rig.sandbox.faults.add({ action: 'ignoreWrite', method: 'PUT', pathPattern: 'gift_cloud_pseudonym' });
    const story = await rig.upload();
    assert.deepEqual(story.statuses, ['failed WRITE_NOT_STORED', 'failed WRITE_NOT_STORED']);
    assert.equal(imported(), 0);
    rig.sandbox.faults.clear();
    await uploaded();
    assert.deepEqual(await subjects(), ['AutoUploadSubject00001']);
  });
});
