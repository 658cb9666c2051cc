import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { writeSeries } from '../../support/seriesFiles.js';
import { QueueProcess } from '../../support/queueRig.js';
import { UploadRig } from '../../support/uploadRig.js';

describe('jobs of the transfer queue', function () {
  this.timeout(120_000);
  let rig: UploadRig;
  beforeEach(async () => {
    rig = await UploadRig.start();
  });
  afterEach(() => rig.close());
  const started = (): QueueProcess => new QueueProcess(rig);

  it('are done in the background, from waiting to archived', async () => {
    await writeSeries(rig.inputs, { instances: 4 });
    await writeSeries(rig.inputs, { series: 2 });
    const process = started();
    const id = await process.add();
    assert.equal((await process.job(id)).state, 'waiting');
    const seen = new Set<string>();
    process.queue.onDidChange(() => {
      for (const job of process.queue.jobs()) seen.add(job.state);
    });
    await process.work();
    const job = await process.until(id, ({ state, active }) => state === 'archived' && !active);
    assert.deepEqual([job.totals.files, job.totals.uploaded, job.active], [7, 7, false]);
    assert.deepEqual(
      job.series.map(({ study, state, instances, done, place }) => [
        study,
        state,
        instances,
        done,
        place?.scan,
      ]),
      [
        ['1', 'archived', 4, 4, 'Series1'],
        ['1', 'archived', 3, 3, 'Series2'],
      ],
    );
    for (const state of ['de-identifying', 'sending', 'confirming', 'archived'])
      assert.ok(seen.has(state), `${state} was never shown: ${[...seen].join()}`);
    assert.equal((await rig.archivedNames()).length, 7);
  });

  it('wait when they are paused, and go on', async () => {
    await writeSeries(rig.inputs);
    const process = started();
    const id = await process.add();
    await process.queue.pause([id]);
    await process.work();
    const other = await process.add({ inputs: [`${rig.inputs}2`] });
    await process.until(other, ({ state }) => state !== 'waiting');
    const job = await process.job(id);
    assert.deepEqual([job.state, job.paused], ['waiting', true]);
    await process.queue.resume();
    await process.until(id, ({ state }) => state === 'archived');
  });

  it('that are sent can be paused, which lets go of them in a state that goes on', async () => {
    await writeSeries(rig.inputs, { instances: 3 });
    rig.sandbox.faults.add({ action: 'hang', method: 'PUT', pathPattern: '\\.zip', times: 1 });
    const process = started();
    const id = await process.add();
    await process.work();
    await process.until(id, ({ state }) => state === 'sending');
    await process.queue.pause([id]);
    const paused = await process.until(id, ({ active }) => !active);
    assert.deepEqual([paused.state, paused.paused, paused.attempts], ['waiting', true, 0]);
    // It may have been stopped before its request met the fault.
    rig.sandbox.faults.clear();
    await process.queue.resume([id]);
    await process.until(id, ({ state }) => state === 'archived');
    assert.equal((await rig.archivedNames()).length, 3);
  });

  it('that are cancelled stop, keep everything, and can be taken up again', async () => {
    await writeSeries(rig.inputs, { instances: 3 });
    rig.sandbox.faults.add({ action: 'hang', method: 'PUT', pathPattern: '\\.zip', times: 1 });
    const process = started();
    const id = await process.add();
    await process.work();
    await process.until(id, ({ state }) => state === 'sending');
    await process.queue.cancel([id]);
    const stopped = await process.job(id);
    assert.deepEqual([stopped.state, stopped.active], ['cancelled', false]);
    await process.queue.retry();
    assert.equal((await process.job(id)).state, 'cancelled', 'nobody named it');
    rig.sandbox.faults.clear();
    await process.queue.retry([id]);
    await process.until(id, ({ state }) => state === 'archived');
  });

  it('that hold something wait for a person, who lets them go on', async () => {
    const [, second = ''] = await writeSeries(rig.inputs, { instances: 2 });
    await writeSeries(rig.inputs, {
      instances: 1,
      series: 2,
      change: [{ tag: 0x00280301, vr: 'CS', value: 'YES' }],
    });
    const process = started();
    const id = await process.add();
    await process.work();
    const held = await process.until(id, ({ state }) => state === 'held');
    assert.deepEqual(
      held.refused.map(({ status, code, count }) => [status, code, count]),
      [['held', 'BURNED_IN_TEXT_RISK', 1]],
    );
    await process.queue.retry();
    assert.equal((await process.job(id)).state, 'held', 'nothing that is held is tried by itself');
    await rm(second);
    await writeSeries(rig.inputs, { instances: 1, series: 2 });
    await process.queue.release([id]);
    const done = await process.until(id, ({ state }) => state === 'archived');
    assert.deepEqual([done.totals.uploaded, done.totals.present], [1, 1]);
  });

  it('that fail for good say why and are not tried again', async () => {
    const process = started();
    await writeSeries(rig.inputs, { instances: 1 });
    const id = await process.add({ project: 'NOSUCH' });
    await process.work();
    const failed = await process.until(id, ({ state }) => state === 'failed');
    assert.equal(failed.failure?.code, 'NOT_FOUND_OR_NOT_ALLOWED');
    assert.equal(failed.nextAttempt, undefined);
    await process.queue.discard([id]);
    assert.deepEqual(await process.jobs(), []);
  });

  it('that nobody knows are told', async () => {
    const process = started();
    const { queue } = process;
    for (const action of [queue.retry, queue.cancel, queue.pause, queue.resume, queue.release, queue.discard])
      await assert.rejects(action.call(queue, ['nobody']), { code: 'USAGE' });
  });

  it('of a server that nobody is signed in to wait', async () => {
    await writeSeries(rig.inputs, { instances: 1 });
    const process = started();
    const id = await process.add();
    let asked = 0;
    const archive = rig.archive();
    await process.work(() => Promise.resolve(++asked > 3 ? archive : undefined));
    await process.until(id, ({ state }) => state === 'archived');
    assert.ok(asked > 3);
    await archive.signOut();
  });
});
