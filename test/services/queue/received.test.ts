import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ReceivedFolders } from '../../support/receivedFolders.js';
import { QueueProcess } from '../../support/queueRig.js';
import { UploadRig } from '../../support/uploadRig.js';

const burnedIn = [{ tag: 0x00280301, vr: 'CS', value: 'YES' }] as const;

describe('received data in the transfer queue', function () {
  this.timeout(120_000);
  let rig: UploadRig;
  let data: ReceivedFolders;
  let process: QueueProcess;
  beforeEach(async () => {
    rig = await UploadRig.start({ capture: true });
    data = new ReceivedFolders(`${rig.folder}/spool`, rig.archive().serverUrl);
    process = new QueueProcess(rig, { received: data });
  });
  afterEach(() => rig.close());

  it('is sent when its association is closed, and goes when its bytes were fetched back', async () => {
    await data.receive('one', { instances: 3 }, true);
    await process.work();
    assert.equal((await waitFor(process, 'one')).state, 'discovered');
    await sleep(100);
    assert.equal((await process.job('one')).state, 'discovered');
    data.close('one');
    const job = await process.until('one', ({ state, active }) => state === 'archived' && !active);
    assert.deepEqual([job.origin, job.totals.uploaded], [{ kind: 'received', callingAe: 'SCANNER' }, 3]);
    assert.equal(await data.left('one'), 0);
    assert.equal(data.removed.length, 3);
    const fetched = rig.sandbox.requests.filter(({ url }) => url?.includes('format=zip'));
    assert.equal(fetched.length, 1, 'the bytes are fetched back');
  });

  it('is sent after a quiet time, if nobody closes its association', async () => {
    process.queue.configure({ quietMs: 100 });
    await data.receive('one', { instances: 2 }, true);
    await process.work();
    await waitFor(process, 'one');
    await process.until('one', ({ state }) => state === 'archived');
    await data.receive('one', { instances: 1, series: 2 }, true);
    await process.until('one', ({ state, totals }) => state === 'archived' && totals.files === 1);
    assert.equal((await rig.archivedNames()).length, 3);
    assert.equal(await data.left('one'), 0);
  });

  it('stays where the server holds other bytes than were sent', async () => {
    await data.receive('one', { instances: 1 });
    const archive = rig.archive();
    let tampered = 0;
    const other = new Proxy(archive, {
      get(target, name): unknown {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        if (name !== 'downloadFile' || tampered > 0) return member.bind(target);
        return () => {
          tampered++;
          return { contentLength: 4, contentType: 'x', stream: Readable.from([Buffer.from('XXXX')]) };
        };
      },
    });
    await process.work(() => Promise.resolve(other));
    await waitFor(process, 'one');
    const doubted = await process.until('one', ({ attempts }) => attempts > 0);
    assert.deepEqual(
      doubted.refused.map(({ code }) => code),
      ['WRITE_NOT_STORED'],
    );
    assert.equal(await data.left('one'), 1);
    await process.until('one', ({ state }) => state === 'archived');
    assert.equal(await data.left('one'), 0);
    await archive.signOut();
  });

  it('that is held stays until a person releases or discards it', async () => {
    await data.receive('one', { instances: 2 });
    await data.receive('one', { instances: 1, series: 2, change: burnedIn });
    await process.work();
    await waitFor(process, 'one');
    await process.until('one', ({ state, active }) => state === 'held' && !active);
    assert.equal(await data.left('one'), 1);
    await process.queue.release(['one']);
    await process.until(
      'one',
      ({ state, active, totals }) => state === 'held' && !active && totals.files === 1,
    );
    await process.queue.cancel(['one']);
    assert.equal(await data.left('one'), 1, 'cancel deletes nothing');
    await process.queue.discard(['one']);
    assert.equal(await data.left('one'), 0);
    assert.deepEqual(await process.jobs(), []);
  });

  it('that comes late is sent, too', async () => {
    await data.receive('one', { instances: 2 });
    rig.sandbox.faults.add({ action: 'delay', method: 'PUT', delayMs: 50 });
    await process.work();
    await waitFor(process, 'one');
    await process.until('one', ({ state }) => state === 'sending');
    await data.receive('one', { instances: 2, series: 2 });
    await process.until(
      'one',
      ({ state, active, totals }) => state === 'archived' && !active && totals.files === 2,
    );
    while ((await data.left('one')) > 0) await sleep(5);
    assert.equal((await rig.archivedNames()).length, 4);
  });

  it('that came twice is there once, and gone', async () => {
    await data.receive('one', { instances: 2 });
    await data.receive('two', { instances: 2 });
    await process.work();
    for (const id of ['one', 'two']) {
      await waitFor(process, id);
      await process.until(id, ({ state, active }) => state === 'archived' && !active);
      assert.equal(await data.left(id), 0);
    }
    assert.equal((await rig.archivedNames()).length, 2);
  });

  it('goes by a retention setting alone, and only some time after a warning', async () => {
    const warnings: string[] = [];
    process.queue.onDidWarn(({ job }) => void warnings.push(job));
    await data.receive('one', { instances: 1, change: burnedIn });
    await process.work();
    await waitFor(process, 'one');
    await process.until('one', ({ state, active }) => state === 'held' && !active);
    await sleep(100);
    assert.equal(await data.left('one'), 1);
    process.queue.configure({ retentionMs: 0, retentionWarningMs: 600 });
    while (warnings.length === 0) await sleep(5);
    assert.equal(await data.left('one'), 1, 'gone with the warning');
    while ((await process.jobs()).length > 0) await sleep(5);
    assert.equal(await data.left('one'), 0);
    assert.deepEqual(warnings, ['one']);
    assert.ok(rig.logged.some((line) => line.includes('will be removed')));
  });
});

async function waitFor(process: QueueProcess, id: string): ReturnType<QueueProcess['job']> {
  for (;;) {
    const job = (await process.jobs()).find((one) => one.id === id);
    if (job) return job;
    await sleep(5);
  }
}
