import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { QueueChild } from '../../support/queueChild.js';
import { QueueProcess, quickLeases } from '../../support/queueRig.js';
import { writeSeries } from '../../support/seriesFiles.js';
import { project, UploadRig } from '../../support/uploadRig.js';

describe('processes on one transfer queue', function () {
  this.timeout(300_000);
  let rig: UploadRig;
  const children: QueueChild[] = [];
  beforeEach(async () => {
    rig = await UploadRig.start();
  });
  afterEach(async () => {
    for (const child of children.splice(0)) await child.kill();
    await rig.close();
  });
  const child = (mode: 'upload' | 'work', inputs: readonly string[] = []): QueueChild => {
    const started = new QueueChild(mode, rig.sandbox.url, rig.state, inputs);
    children.push(started);
    return started;
  };
  const process = (): QueueProcess => new QueueProcess(rig, { leasePace: quickLeases });
  /** One subject, its experiments, each file once. */
  const assertOnServer = async (files: number, experiments: number): Promise<void> => {
    const names = await rig.archivedNames();
    assert.equal(names.length, files);
    assert.equal(new Set(names).size, files, 'a file is there twice');
    const archive = rig.archive();
    const rows = await archive.listExperiments(project);
    assert.equal(rows.length, experiments);
    assert.equal(new Set(rows.map(({ subjectLabel }) => subjectLabel)).size, 1);
    await archive.signOut();
  };

  it('that are killed at any moment lose nothing and double nothing', async () => {
    for (const study of [1, 2]) {
      await writeSeries(rig.inputs, { study, instances: 4 });
      await writeSeries(rig.inputs, { study, series: 2, instances: 2 });
    }
    // So that a kill meets requests at work.
    rig.sandbox.faults.add({ action: 'delay', delayMs: 15 });
    const seed = Date.now() % 100_000;
    let kills = 0;
    for (let round = 0; kills < 8; round++) {
      const mode = round === 0 ? 'upload' : 'work';
      const from = rig.sandbox.requests.length;
      const running = child(mode, [rig.inputs]);
      // Another one after each kill, so that none comes before there is a job every time.
      const moment = 6 + ((seed + kills * 7) % 25);
      const over = (): boolean => rig.sandbox.requests.length - from >= moment;
      const done = (): boolean =>
        running.told.some(({ kind, word }) => kind === 'state' && word === 'archived');
      while (!over() && !running.isOver && !done()) await sleep(2);
      await running.kill();
      kills++;
      if (mode === 'upload' && (await process().jobs()).length === 0) round = -1;
      if (done()) break;
    }
    rig.sandbox.faults.clear();
    const survivor = process();
    await survivor.work();
    const [job] = await survivor.jobs();
    assert.ok(job, `no job was kept (seed ${seed})`);
    const end = await survivor.until(job.id, ({ state, active }) => state === 'archived' && !active);
    assert.equal(end.totals.uploaded + end.totals.present, 12, `seed ${seed}, ${kills} kills`);
    assert.equal((await survivor.jobs()).length, 1);
    await assertOnServer(12, 2);
  });

  it('leave a foreground upload to its own process, and take over when that is gone', async () => {
    await writeSeries(rig.inputs, { instances: 3 });
    rig.sandbox.faults.add({ action: 'hang', method: 'PUT', pathPattern: '\\.zip', times: 1 });
    const other = process();
    await other.work();
    const uploading = child('upload', [rig.inputs]);
    assert.ok(await uploading.says(({ word }) => word === 'sending'));
    // Three times as long as a lease lasts without its owner.
    await sleep(3 * quickLeases.ttlMs);
    const [job] = await other.jobs();
    assert.deepEqual([job?.state, job?.active], ['sending', true]);
    assert.equal(rig.sandbox.requests.filter(({ path }) => path.includes('.zip')).length, 1);
    await uploading.kill();
    await other.until(job!.id, ({ state }) => state === 'archived');
    await assertOnServer(3, 1);
  });

  it('share the jobs: one leads, the next takes over when it is killed', async () => {
    await writeSeries(rig.inputs, { instances: 3 });
    const first = child('work');
    assert.ok(await first.says(({ kind }) => kind === 'ready'));
    const second = child('work');
    const adder = process();
    const one = await adder.add();
    await adder.until(one, ({ state }) => state === 'archived');
    assert.ok(!second.told.some(({ kind }) => kind === 'ready'), 'two lead');
    await first.kill();
    assert.ok(await second.says(({ kind }) => kind === 'ready'));
    await writeSeries(`${rig.inputs}2`, { study: 2 });
    const two = await adder.add({ inputs: [`${rig.inputs}2`] });
    await adder.until(two, ({ state }) => state === 'archived');
  });

  it('stop when they wake up old: not one request that writes, not one byte of state', async () => {
    for (const series of [1, 2, 3, 4, 5, 6]) await writeSeries(rig.inputs, { series, instances: 2 });
    rig.sandbox.faults.add({ action: 'delay', method: 'PUT', delayMs: 150 });
    const old = child('work');
    assert.ok(await old.says(({ kind }) => kind === 'ready'));
    const young = process();
    const id = await young.add();
    assert.ok(await old.says(({ word }) => word === 'sending'));
    old.signal('SIGSTOP');
    rig.sandbox.faults.clear();
    await young.work();
    await young.until(id, ({ state, active }) => state === 'archived' && !active);
    await young.close();
    const state = await stateOf(rig.state);
    const from = rig.sandbox.requests.length;
    old.signal('SIGCONT');
    assert.ok(await old.says(({ kind }) => kind === 'ended'));
    await old.exited;
    const writing = rig.sandbox.requests
      .slice(from)
      .filter(({ method, path }) => !['GET', 'HEAD'].includes(method) && !path.includes('JSESSION'))
      .map(({ method, path }) => `${method} ${path}`);
    assert.deepEqual(writing, []);
    assert.deepEqual(await stateOf(rig.state), state);
    await assertOnServer(12, 1);
  });

  it('tell a person that another one went on with the upload while this one slept', async () => {
    await writeSeries(rig.inputs, { instances: 2 });
    rig.sandbox.faults.add({ action: 'delay', method: 'PUT', delayMs: 150 });
    const sleeping = child('upload', [rig.inputs]);
    assert.ok(await sleeping.says(({ word }) => word === 'de-identifying'));
    sleeping.signal('SIGSTOP');
    rig.sandbox.faults.clear();
    const other = process();
    await other.work();
    const [job] = await other.jobs();
    await other.until(job!.id, ({ state, active }) => state === 'archived' && !active);
    sleeping.signal('SIGCONT');
    assert.ok(await sleeping.says(({ kind, word }) => kind === 'ended' && word === 'LEASE_LOST'));
    assert.equal((await other.job(job!.id)).state, 'archived');
    await assertOnServer(2, 1);
  });

  it('do what another one asks for: pause, cancel and discard', async () => {
    await writeSeries(rig.inputs, { instances: 3 });
    rig.sandbox.faults.add({ action: 'hang', method: 'PUT', pathPattern: '\\.zip' });
    const working = child('work');
    assert.ok(await working.says(({ kind }) => kind === 'ready'));
    const asking = process();
    const id = await asking.add();
    await asking.until(id, ({ state }) => state === 'sending');
    await asking.queue.pause([id]);
    await asking.until(id, ({ state, paused, active }) => state === 'waiting' && paused && !active);
    await asking.queue.resume([id]);
    await asking.until(id, ({ state }) => state === 'sending');
    await asking.queue.cancel([id]);
    assert.equal((await asking.job(id)).state, 'cancelled');
    await asking.queue.retry([id]);
    await asking.until(id, ({ state }) => state === 'sending');
    await asking.queue.discard([id]);
    assert.deepEqual(await asking.jobs(), []);
    assert.ok(!working.isOver);
  });
});

/** Everything that the queue keeps, by name. */
async function stateOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const entries = files
    .filter((entry) => entry.isFile() && entry.name !== 'clock' && !entry.name.endsWith('.lease'))
    // What it was writing when it fell asleep: never read, and it clears that away itself.
    .filter((entry) => !entry.name.endsWith('.part'))
    .map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path, await readFile(path, 'base64')] as const;
    });
  return Object.fromEntries(await Promise.all(entries));
}
