import assert from 'node:assert/strict';
import { SandboxUser } from '../../support/sandboxRequests.js';
import { writeSeries } from '../../support/seriesFiles.js';
import { UploadRig, project } from '../../support/uploadRig.js';

describe('upload with series import filters of the server', () => {
  let rig: UploadRig;
  beforeEach(async () => {
    rig = await UploadRig.start();
    await writeSeries(rig.inputs, { instances: 2 });
  });
  afterEach(() => rig.close());

  async function store(scope: string, contents: string): Promise<void> {
    const alice = await SandboxUser.signIn(rig.sandbox, 'alice');
    const path = `/data/${scope}config/seriesImportFilter/config`;
    const { status } = await alice.request('PUT', path, { body: contents, contentType: 'text/plain' });
    assert.equal(status, 201);
  }

  it('skips what the site keeps out, says so and makes nothing for it', async () => {
    await store('', JSON.stringify({ enabled: 'true', mode: 'blacklist', list: '.*' }));
    const story = await rig.upload();
    assert.equal(story.error, undefined);
    assert.deepEqual(story.statuses, ['skipped SERIES_FILTERED', 'skipped SERIES_FILTERED']);
    assert.deepEqual(await rig.archive().listSubjects(project), []);
    assert.deepEqual(story.of('review')[0]?.review.refused[0]?.count, 2);
    assert.deepEqual(story.of('warning'), []);
  });

  it('sends what the project lets in', async () => {
    await store(`projects/${project}/`, JSON.stringify({ mode: 'whitelist', list: '.*' }));
    assert.deepEqual((await rig.upload()).statuses, ['uploaded', 'uploaded']);
  });

  it('sends nothing while a filter can not be understood', async () => {
    await store(`projects/${project}/`, JSON.stringify({ mode: 'whitelist', list: '(' }));
    const story = await rig.upload();
    assert.equal(story.error?.code, 'SERIES_FILTER_ERROR');
    assert.deepEqual(await rig.archive().listSubjects(project), []);
  });
});
