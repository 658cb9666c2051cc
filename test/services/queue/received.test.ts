import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ReceivedFolders } from '../../support/receivedFolders.js';
import { QueueProcess, quickPace } from '../../support/queueRig.js';
import { serverKinds } from '../../support/serverKinds.js';
import { project, UploadRig } from '../../support/uploadRig.js';

const burnedIn = [{ tag: 0x00280301, vr: 'CS', value: 'YES' }] as const;

for (const [server, options] of serverKinds) {
  describe(`received data in the transfer queue: ${server}`, function () {
    this.timeout(120_000);
    let rig: UploadRig;
    let data: ReceivedFolders;
    let process: QueueProcess;
    let one: string;
    beforeEach(async () => {
      rig = await UploadRig.start({ capture: true, ...options });
      data = new ReceivedFolders(rig.state, rig.archive().serverUrl);
      process = new QueueProcess(rig, { received: data.spool });
      one = data.idOf('one');
    });
    afterEach(async () => {
      await rig.close();
      data.spool.dispose();
    });

    it('is sent when its association is closed, and goes when its bytes were fetched back', async () => {
      await data.receive('one', { instances: 3 }, true);
      await process.work();
      assert.equal((await waitFor(process, one)).state, 'discovered');
      await sleep(100);
      assert.equal((await process.job(one)).state, 'discovered');
      data.close('one');
      const job = await process.until(one, ({ state, active }) => state === 'archived' && !active);
      assert.deepEqual([job.origin, job.totals.uploaded], [{ kind: 'received', callingAe: 'SCANNER' }, 3]);
      assert.equal(await data.left('one'), 0);
      const fetched = rig.sandbox.requests.filter(({ url }) => url?.includes('format=zip'));
      assert.equal(fetched.length, 1, 'the bytes are fetched back');
    });

    it('is sent after a quiet time, if nobody closes its association', async () => {
      process.queue.configure({ quietMs: 100 });
      await data.receive('one', { instances: 2 }, true);
      await process.work();
      await waitFor(process, one);
      await process.until(one, ({ state }) => state === 'archived');
      await data.receive('one', { instances: 1, series: 2 }, true);
      await process.until(one, ({ state, totals }) => state === 'archived' && totals.files === 1);
      assert.equal((await rig.archivedNames()).length, 3);
      assert.equal(await data.left('one'), 0);
    });

    it('of nobody waits until it is let go on and a person says whose it is', async () => {
      await data.receive('one', { instances: 1, patientId: '', patientName: 'Nobody^Known' });
      await process.work();
      await waitFor(process, one);
      await process.until(one, ({ state, active }) => state === 'held' && !active);
      let asked = 0;
      const answer = (kind: 'hold' | 'new') => () => {
        asked++;
        return Promise.resolve([{ kind }]);
      };
      await process.queue.release([one], answer('hold'));
      await process.until(one, ({ state, active }) => asked === 1 && state === 'held' && !active);
      assert.equal(await data.left('one'), 1);
      await process.queue.release([one], answer('new'));
      await process.until(one, ({ state, active }) => state === 'archived' && !active);
      assert.equal(await data.left('one'), 0);
      assert.equal((await rig.archive().listSubjects(project)).length, 1);
    });

    it('stays where the server holds other bytes than were sent', async () => {
      await data.receive('one', { instances: 1 });
      const archive = rig.archive();
      let fetched = 0;
      // On plain XNAT the header is looked at first.
      const tampered = options.plainXnat === true ? 2 : 1;
      const other = new Proxy(archive, {
        get(target, name): unknown {
          const member: unknown = Reflect.get(target, name);
          if (typeof member !== 'function') return member;
          if (name !== 'downloadFile' || ++fetched !== tampered) return member.bind(target);
          return () => {
            return { contentLength: 4, contentType: 'x', stream: Readable.from([Buffer.from('XXXX')]) };
          };
        },
      });
      // Long enough to look before it is tried again.
      const pace = { ...quickPace, firstRetryMs: 2000, mostRetryMs: 2000 };
      const patient = new QueueProcess(rig, { received: data.spool, pace });
      await patient.work(() => Promise.resolve(other));
      await waitFor(patient, one);
      const doubted = await patient.until(one, ({ attempts }) => attempts > 0);
      assert.deepEqual(
        doubted.refused.map(({ code }) => code),
        ['WRITE_NOT_STORED'],
      );
      assert.equal(await data.left('one'), 1);
      await patient.until(one, ({ state }) => state === 'archived');
      assert.equal(await data.left('one'), 0);
      await archive.signOut();
    });

    it('that is held stays until a person releases or discards it', async () => {
      await data.receive('one', { instances: 2 });
      await data.receive('one', { instances: 1, series: 2, change: burnedIn });
      await process.work();
      await waitFor(process, one);
      await process.until(one, ({ state, active }) => state === 'held' && !active);
      assert.equal(await data.left('one'), 1);
      await process.queue.release([one]);
      await process.until(
        one,
        ({ state, active, totals }) => state === 'held' && !active && totals.files === 1,
      );
      await process.queue.cancel([one]);
      assert.equal(await data.left('one'), 1, 'cancel deletes nothing');
      await process.queue.discard([one]);
      assert.equal(await data.left('one'), 0);
      assert.deepEqual(await process.jobs(), []);
    });

    it('that comes late is sent, too', async () => {
      await data.receive('one', { instances: 2 });
      // Long enough to be seen: in a zip, or by the import service of plain XNAT.
      for (const method of ['PUT', 'POST']) rig.sandbox.faults.add({ action: 'delay', method, delayMs: 100 });
      await process.work();
      await waitFor(process, one);
      await process.until(one, ({ state }) => state === 'sending');
      await data.receive('one', { instances: 2, series: 2 });
      await process.until(
        one,
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
        await waitFor(process, data.idOf(id));
        await process.until(data.idOf(id), ({ state, active }) => state === 'archived' && !active);
        assert.equal(await data.left(id), 0);
      }
      assert.equal((await rig.archivedNames()).length, 2);
    });

    it('goes by a retention setting alone, and only some time after a warning', async () => {
      const warnings: string[] = [];
      process.queue.onDidWarn(({ job }) => void warnings.push(job));
      await data.receive('one', { instances: 1, change: burnedIn });
      await process.work();
      await waitFor(process, one);
      await process.until(one, ({ state, active }) => state === 'held' && !active);
      await sleep(100);
      assert.equal(await data.left('one'), 1);
      process.queue.configure({ retentionMs: 0, retentionWarningMs: 600 });
      while (warnings.length === 0) await sleep(5);
      assert.equal(await data.left('one'), 1, 'gone with the warning');
      while ((await process.jobs()).length > 0) await sleep(5);
      assert.equal(await data.left('one'), 0);
      assert.deepEqual(warnings, [one]);
      assert.ok(rig.logged.some((line) => line.includes('will be removed')));
    });
  });
}

async function waitFor(process: QueueProcess, id: string): ReturnType<QueueProcess['job']> {
  for (;;) {
    const job = (await process.jobs()).find((one) => one.id === id);
    if (job) return job;
    await sleep(5);
  }
}
