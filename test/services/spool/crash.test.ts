import assert from 'node:assert/strict';
import { copyFile, mkdir, readdir, readFile, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { QueueProcess, quickLeases } from '../../support/queueRig.js';
import { ReceivingChild } from '../../support/receivingChild.js';
import { dataSetOf, destination, receive, sample, spoolOf, SpoolRig } from '../../support/spoolRig.js';
import { UploadRig } from '../../support/uploadRig.js';

describe('the spool after a crash', function () {
  this.timeout(180_000);
  let rig: SpoolRig;
  const children: ReceivingChild[] = [];
  beforeEach(async () => {
    rig = await SpoolRig.start();
  });
  afterEach(async () => {
    for (const child of children.splice(0)) await child.kill();
    await rig.close();
  });
  const start = async (stateFolder: string, url?: string): Promise<ReceivingChild> => {
    const child = await ReceivingChild.start(stateFolder, url);
    children.push(child);
    return child;
  };

  it('finishes parts that are whole, and deletes others, once nobody writes there any more', async () => {
    const writer = spoolOf(rig.path);
    const sink = writer.sink(destination);
    for (const number of [1, 2, 3]) await receive(sink, sample(number, 'a1', { rows: 800, columns: 800 }));
    const id = await rig.onlyFolder();
    const { objects, parts } = rig.places(id);
    const [whole = '', cut = '', flipped = ''] = await readdir(objects);
    for (const name of [whole, cut, flipped]) await rename(join(objects, name), join(parts, name));
    await truncate(join(parts, cut), 1024 * 1024);
    const bytes = await readFile(join(parts, flipped));
    bytes[5000] = (bytes[5000] ?? 0) ^ 1;
    await writeFile(join(parts, flipped), bytes);
    await copyFile(join(parts, whole), join(parts, `${whole.slice(0, -1)}x`));
    assert.equal((await rig.spool.folder(id))?.instances, 0);
    assert.equal((await readdir(parts)).length, 4, 'its writer lives');
    sink.associationEnded('a1');
    await rig.closed(id);
    assert.deepEqual([await readdir(parts), await readdir(objects)], [[], [whole]]);
    assert.equal((await rig.spool.folder(id))?.instances, 1);
    writer.dispose();
  });

  it('takes over from a writer that is gone when its lease is over', async () => {
    const child = await start(rig.path);
    const stored = await child.send([sample(1)]);
    assert.equal(stored.length, 1);
    const endless = child.send(Array.from({ length: 100 }, (_, at) => sample(at + 2)));
    await rig.until(async () => (await rig.spool.use()).objects > 3);
    await child.kill();
    const known = 1 + (await endless).length;
    assert.ok((await rig.spool.folders()).some(({ open }) => open));
    const before = Date.now();
    await rig.until(async () => (await rig.spool.folders()).every(({ open }) => !open));
    assert.ok(Date.now() - before < 20 * quickLeases.ttlMs);
    assert.deepEqual(await rig.parts(), []);
    const { objects } = await rig.spool.use();
    // One may have been durable, and its answer not on its way yet.
    assert.ok(objects === known || objects === known + 1, `${objects} of ${known}`);
  });

  it('that came at any moment has lost nothing that was answered with Success', async () => {
    const seed = Date.now() % 100_000;
    const stored = new Map<string, Buffer>();
    // On a busy machine a process may be gone before it stored anything.
    for (let kills = 0; kills < 4 || stored.size === 0; kills++) {
      const child = await start(rig.path);
      const batches = [1, 2, 3].map((group) =>
        Array.from({ length: 15 }, (_, at) => {
          const number = 10_000 * (kills + 1) + 1000 * group + at;
          return sample(number, 'a1', at % 7 === 2 ? { rows: 900, columns: 900 } : {});
        }),
      );
      const sending = Promise.all(batches.map((batch) => child.send(batch)));
      await sleep(30 + ((seed * (kills + 1) * 7919) % 400));
      await child.kill();
      for (const { object, dataSet } of (await sending).flat()) stored.set(object.sopInstanceUid, dataSet);
    }
    await rig.until(async () => (await rig.spool.folders()).every(({ open }) => !open));
    assert.deepEqual(await rig.parts(), []);
    const found = new Map<string, Buffer>();
    for (const { id } of await rig.spool.folders()) {
      for (const path of await rig.objects(id)) {
        const dataSet = dataSetOf(rig.read(path));
        const uid = [...stored].find(([, bytes]) => bytes.equals(dataSet))?.[0];
        if (uid !== undefined) found.set(uid, dataSet);
      }
    }
    assert.equal(found.size, stored.size, `seed ${seed}`);
  });

  it('and with it of the upload ends with each object on the server once', async () => {
    const upload = await UploadRig.start();
    try {
      const seed = Date.now() % 100_000;
      const all = Array.from({ length: 24 }, (_, at) =>
        sample(at + 1, 'a1', { seriesInstanceUid: `1.2.826.0.1.3680043.10.999.7.9.${at % 3}` }),
      );
      const stored = new Set<string>();
      for (let kills = 0; stored.size < all.length; kills++) {
        const child = await start(upload.state, upload.archive().serverUrl);
        const missing = all.filter(({ object }) => !stored.has(object.sopInstanceUid));
        const sending = child.send(missing.slice(0, 8));
        await sleep(400 + ((seed * (kills + 1) * 7919) % 900));
        await child.kill();
        for (const { object } of await sending) stored.add(object.sopInstanceUid);
      }
      const spool = spoolOf(upload.state);
      const survivor = new QueueProcess(upload, { received: spool, leasePace: quickLeases });
      await survivor.work();
      await rig.until(async () => (await spool.folders()).length === 0);
      const names = await upload.archivedNames();
      assert.deepEqual([names.length, new Set(names).size], [all.length, all.length], `seed ${seed}`);
      spool.dispose();
    } finally {
      await upload.close();
    }
  });

  it('has no folder that was never finished, and none that was half deleted', async () => {
    await receive(rig.spool.sink(destination), sample(1));
    const id = await rig.onlyFolder();
    const { folder } = rig.places(id);
    await mkdir(`${folder}.abcd.part/objects`, { recursive: true });
    await rename(folder, `${folder}.abcd.gone`);
    assert.deepEqual(await rig.other().folders(), []);
    assert.deepEqual(await rig.spool.folders(), []);
  });
});
