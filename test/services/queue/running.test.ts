import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { journalFolder } from '../../../src/services/queue/journal.js';
import type { QueueOptions } from '../../../src/services/queue/transferQueue.js';
import { QueueProcess, quickPace } from '../../support/queueRig.js';
import { writeSeries } from '../../support/seriesFiles.js';
import { UploadRig } from '../../support/uploadRig.js';

describe('the transfer queue at work', function () {
  this.timeout(120_000);
  let rig: UploadRig;
  beforeEach(async () => {
    rig = await UploadRig.start();
  });
  afterEach(() => rig.close());
  const started = (options?: Partial<QueueOptions>): QueueProcess => new QueueProcess(rig, options);
  const puts = (): number => rig.sandbox.requests.filter(({ path }) => path.includes('.zip')).length;

  it('tries again what may pass, and says until when it waits', async () => {
    await writeSeries(rig.inputs, { instances: 2 });
    rig.sandbox.faults.add({ action: 'status', status: 500, method: 'PUT', pathPattern: '\\.zip', times: 8 });
    const process = started();
    const id = await process.add();
    await process.work();
    const waiting = await process.until(
      id,
      ({ nextAttempt, active }) => nextAttempt !== undefined && !active,
    );
    assert.deepEqual([waiting.state, waiting.attempts], ['waiting', 1]);
    assert.equal(waiting.refused[0]?.code, 'WRITE_NOT_STORED');
    const done = await process.until(id, ({ state }) => state === 'archived');
    assert.equal(done.nextAttempt, undefined);
    assert.deepEqual(done.refused, []);
  });

  it('stops all jobs of a server that is gone, and goes on with all when it is back', async () => {
    const process = started({ pace: { ...quickPace, firstRetryMs: 300, mostRetryMs: 300 } });
    const ids: string[] = [];
    for (const study of [1, 2, 3, 4, 5, 6]) {
      const inputs = `${rig.inputs}${study}`;
      await writeSeries(inputs, { study, patientId: `P${study}`, instances: 1 });
      ids.push(await process.add({ inputs: [inputs] }));
    }
    rig.sandbox.faults.add({ action: 'drop' });
    await process.work();
    await process.until(ids[0]!, ({ attempts }) => attempts > 0);
    await sleep(800);
    const jobs = await process.jobs();
    assert.ok(jobs.every(({ state, active }) => active || state === 'waiting'));
    const untouched = jobs.filter(({ attempts }) => attempts === 0).length;
    assert.ok(untouched >= 2, `${untouched} jobs were left alone`);
    rig.sandbox.faults.clear();
    for (const id of ids) await process.until(id, ({ state }) => state === 'archived');
    assert.equal((await rig.archivedNames()).length, 6);
  });

  it('does not make a single push wait for a large job', async () => {
    await writeSeries(rig.inputs, { instances: 120 });
    await writeSeries(`${rig.inputs}2`, { study: 2, patientId: 'P2', instances: 120 });
    await writeSeries(`${rig.inputs}3`, { study: 3, patientId: 'P3', instances: 1 });
    const process = started();
    process.queue.configure({ jobsPerServer: 2 });
    rig.sandbox.faults.add({ action: 'hang', method: 'PUT', pathPattern: '\\.zip', times: 1 });
    // Foreground runs count a job; as one that was interrupted it is known to be large.
    for (const inputs of [rig.inputs, `${rig.inputs}2`]) {
      const stop = new AbortController();
      await process.interrupted({ inputs: [inputs] }, stop);
    }
    const large = await process.jobs();
    assert.deepEqual(
      large.map(({ state }) => state),
      ['cancelled', 'cancelled'],
    );
    await process.queue.retry(large.map(({ id }) => id));
    await process.work();
    await process.until(large[0]!.id, ({ state }) => state === 'sending');
    const push = await process.add({ inputs: [`${rig.inputs}3`] });
    await process.until(push, ({ state }) => state === 'archived');
    const states = (await process.jobs()).map(({ state }) => state);
    assert.deepEqual(states, ['sending', 'waiting', 'archived']);
  });

  it('goes on by itself after a server that let no session live', async () => {
    await writeSeries(rig.inputs, { instances: 1 });
    const process = started();
    const id = await process.add();
    rig.sandbox.faults.add({ action: 'expireSession', pathPattern: 'projects/' });
    await process.work();
    await process.until(id, ({ failure }) => failure?.code === 'SIGN_IN_REQUIRED');
    rig.sandbox.faults.clear();
    await process.until(id, ({ state }) => state === 'archived');
  });

  it('never sends a refused password again', async () => {
    await writeSeries(rig.inputs, { instances: 1 });
    const process = started();
    const wrong = rig.archive('alice', 'wrong');
    const id = await process.add();
    await process.work(() => Promise.resolve(wrong));
    await process.until(id, ({ failure }) => failure?.code === 'SIGN_IN_REFUSED');
    await process.add({ inputs: [`${rig.inputs}2`] });
    await sleep(200);
    assert.deepEqual(
      (await process.jobs()).map(({ state }) => state),
      ['waiting', 'waiting'],
    );
    assert.equal(rig.sandbox.requests.filter(({ status }) => status === 401).length, 1);
  });

  it('keeps what is done for a while, as counts', async () => {
    await writeSeries(rig.inputs, { instances: 1 });
    const process = started();
    const id = await process.add();
    await process.work();
    const job = await process.until(id, ({ state, active }) => state === 'archived' && !active);
    assert.ok((await readdir(join(rig.state, 'receipts'))).includes(`${job.receipt}.json`));
    process.queue.configure({ keepFinishedMs: 0 });
    while ((await process.jobs()).length > 0) await sleep(5);
    assert.ok((await readdir(join(rig.state, 'receipts'))).includes(`${job.receipt}.json`));
  });

  it('keeps the newest thousand of what is done', async () => {
    await writeSeries(rig.inputs, { instances: 1 });
    const process = started();
    const id = await process.add();
    await process.work();
    await process.until(id, ({ state, active }) => state === 'archived' && !active);
    const folder = journalFolder(rig.state);
    const read = async (name: string): Promise<object> =>
      JSON.parse(await readFile(join(folder, id, name), 'utf8')) as object;
    const [order, status] = [await read('order.json'), await read('status.json')];
    const older = Array.from({ length: 1002 }, () => randomUUID());
    for (const [minutes, copy] of older.entries()) {
      await mkdir(join(folder, copy));
      const changed = new Date(Date.now() - (minutes + 1) * 60_000).toISOString();
      await writeFile(join(folder, copy, 'order.json'), JSON.stringify({ ...order, id: copy }));
      await writeFile(join(folder, copy, 'status.json'), JSON.stringify({ ...status, changed }));
    }
    while ((await process.jobs()).length !== 1000) await sleep(50);
    const left = (await process.jobs()).map((job) => job.id).sort();
    assert.deepEqual(left, [id, ...older.slice(0, 999)].sort());
  });

  it('goes on with a job when the same upload is asked for again, and not with another', async () => {
    await writeSeries(rig.inputs, { instances: 1 });
    const process = started();
    const id = await process.add();
    assert.equal(await process.upload({ subjectPrefix: 'Other' }), undefined);
    assert.equal((await process.job(id)).state, 'waiting');
    assert.equal((await process.jobs()).length, 2);
    assert.equal(await process.upload(), undefined);
    assert.equal((await process.job(id)).state, 'archived');
    assert.equal((await process.jobs()).length, 2);
  });

  it('leaves what it was doing to the next when it ends', async () => {
    await writeSeries(rig.inputs, { instances: 1 });
    rig.sandbox.faults.add({ action: 'hang', method: 'PUT', pathPattern: '\\.zip', times: 1 });
    const first = started();
    const id = await first.add();
    await first.work();
    await first.until(id, ({ state }) => state === 'sending');
    await first.close();
    const second = started();
    const left = await second.job(id);
    assert.deepEqual([left.state, left.active, left.attempts], ['waiting', false, 0]);
    assert.equal(await second.queue.isLed(), false);
    rig.sandbox.faults.clear();
    await second.work();
    await second.until(id, ({ state }) => state === 'archived');
    assert.ok(puts() <= 2, `sent ${puts()} times`);
  });

  it('says that files are gone, and does not try for ever', async () => {
    await writeSeries(rig.inputs, { instances: 1 });
    const process = started();
    const id = await process.add();
    await rm(rig.inputs, { recursive: true });
    await process.work();
    const job = await process.until(id, ({ state, active }) => state === 'failed' && !active);
    assert.equal(job.refused[0]?.code, 'FILE_UNREADABLE');
  });

  it('tells what its jobs tell, without the events of files', async () => {
    await writeSeries(rig.inputs, { instances: 1 });
    const process = started();
    const kinds = new Set<string>();
    process.queue.onDidTell(({ event }) => void kinds.add(event.kind));
    const id = await process.add();
    await process.work();
    await process.until(id, ({ state, active }) => state === 'archived' && !active);
    assert.ok(kinds.has('subject') && kinds.has('receipt'));
    assert.ok(!kinds.has('file'));
  });
});
