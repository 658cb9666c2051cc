import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { commands } from '../../src/workbench/contributions.js';
import { writeSeries } from '../support/seriesFiles.js';
import { Stage } from './support/stage.js';
import { until } from './support/until.js';

const first = 'AutoUploadSubject00001';

describe('an upload that does not go through', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.open();
    await stage.signIn();
    stage.takeRequests();
  });
  afterEach(() => stage.close());

  it('because it was cancelled leaves nothing half-visible and can be repeated', async () => {
    await writeSeries(stage.folder, { instances: 3 });
    await stage.row('GIFTDEMO');
    stage.sandbox.faults.add({ action: 'delay', method: 'PUT', delayMs: 300 });
    stage.dialogs.onProgress = (message, cancel) => {
      if (message === 'anonymising and sending') cancel();
    };
    await stage.upload(stage.folder, { review: true });
    assert.deepEqual(stage.dialogs.notices, [], 'a message after Cancel');
    stage.sandbox.faults.clear();
    stage.listenAnew();
    for (const subject of await stage.texts('GIFTDEMO')) {
      assert.deepEqual(await stage.texts('GIFTDEMO', subject), []);
    }
    await stage.upload(stage.folder, { review: true });
    await stage.dialogs.notice(/Archived 3 instances/);
    assert.deepEqual(await stage.texts('GIFTDEMO'), [first]);
    assert.equal(await stage.fileCount('GIFTDEMO', first), 3);
  });

  it('because it was cancelled in its middle says what is archived already', async () => {
    for (const study of [1, 2, 3, 4, 5, 6])
      await writeSeries(stage.folder, { study, patientId: `P${study}` });
    stage.sandbox.faults.add({ action: 'hang', method: 'PUT', pathPattern: '\\.zip', after: 2 });
    let cancel = (): void => undefined;
    stage.dialogs.onProgress = (_, press) => (cancel = press);
    const uploading = stage.upload(stage.folder, { review: true });
    await until(() => confirmedSeries(stage.api.storageFolder) > 0);
    cancel();
    await uploading;
    const { message } = await stage.dialogs.notice(/cancelled/);
    assert.match(message, /[36] instances had been archived; uploading again sends only the rest\.$/);
  });

  it('because one may only read the project is refused with what to do', async () => {
    stage.dialogs.texts.push(stage.sandbox.url, 'carol', 'sandbox-carol');
    await vscode.commands.executeCommand(commands.signIn);
    await writeSeries(stage.folder, { instances: 1 });
    await stage.upload(stage.folder, { review: true });
    const notice = await stage.dialogs.notice(/./);
    assert.match(notice.message, /may not|permission|allowed/i);
    assert.equal(notice.severity, 'error');
    assert.ok(notice.actions.includes('Sign In Again'), notice.actions.join());
  });

  it('because the server is broken says that nothing was uploaded, and completes when repeated', async () => {
    await writeSeries(stage.folder, { instances: 1 });
    // Whether the project is empty was found out before.
    stage.sandbox.faults.add({ action: 'status', status: 503, pathPattern: '/subjects/' });
    await stage.upload(stage.folder, { review: true });
    const { message, severity } = await stage.dialogs.notice(/./);
    assert.match(
      message,
      /^Nothing was uploaded\. 1 file failed: .*Uploading again sends only what is missing\.$/,
    );
    assert.equal(severity, 'error');
    stage.sandbox.faults.clear();
    await stage.upload(stage.folder, { review: true });
    await stage.dialogs.notice(/Archived 1 instance\./);
  });

  it('because the server is gone can be tried again with one click', async () => {
    await writeSeries(stage.folder, { instances: 1 });
    stage.sandbox.faults.add({ action: 'drop', times: 20 });
    await stage.upload(stage.folder, { review: true });
    const { actions, severity } = await stage.dialogs.notice(/./);
    assert.equal(severity, 'error');
    assert.ok(actions.includes('Try Again'), actions.join());
  });
});

/** Series that running uploads have proved to be archived. */
function confirmedSeries(storageFolder: string): number {
  const queue = join(storageFolder, 'state', 'queue');
  if (!existsSync(queue)) return 0;
  return readdirSync(queue)
    .map((job) => join(queue, job, 'status.json'))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as { state: string; series: { state: string }[] })
    .filter(({ state }) => state === 'sending')
    .flatMap(({ series }) => series)
    .filter(({ state }) => state === 'archived').length;
}
