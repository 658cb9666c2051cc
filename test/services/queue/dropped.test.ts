import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, readdir, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stateKey } from '../../../src/services/queue/stateSealer.js';
import type { FileTransferQueue } from '../../../src/services/queue/transferQueue.js';
import { DroppedFolders, type DroppedFolder } from '../../../src/services/spool/droppedFolders.js';
import { QueueProcess, quickLeases } from '../../support/queueRig.js';
import { writeSeries } from '../../support/seriesFiles.js';
import { UploadRig } from '../../support/uploadRig.js';

const patientName = 'Planted^Name';

describe('data that was dropped as bytes', function () {
  this.timeout(120_000);
  let rig: UploadRig;
  beforeEach(async () => {
    rig = await UploadRig.start();
  });
  afterEach(() => rig.close());

  /** What one process has of it. */
  const started = (): QueueProcess & { readonly dropped: DroppedFolders } => {
    const jobOf: FileTransferQueue['need'] = (id) => process.queue.need(id);
    const dropped = new DroppedFolders(rig.state, stateKey(rig.state), jobOf, quickLeases);
    const process = new QueueProcess(rig, { dropped });
    return Object.assign(process, { dropped });
  };
  const filled = async (dropped: DroppedFolders, instances = 2): Promise<DroppedFolder> => {
    const folder = await dropped.create();
    for (const path of await writeSeries(rig.inputs, { instances, patientName }))
      await folder.add(await readFile(path));
    return folder;
  };
  const goes = async (path: string): Promise<void> => {
    while (existsSync(path)) await new Promise((done) => setTimeout(done, 20));
  };

  it('lies sealed, for this user alone', async () => {
    const { path } = await filled(started().dropped);
    const modes = [dirname(path), path].map(async (one) => (await stat(one)).mode & 0o777);
    assert.deepEqual(await Promise.all(modes), [0o700, 0o700]);
    const names = await readdir(path);
    assert.equal(names.length, 2);
    for (const name of names) {
      assert.equal((await stat(join(path, name))).mode & 0o777, 0o600);
      const bytes = await readFile(join(path, name), 'latin1');
      assert.ok(!bytes.includes('DICM') && !bytes.includes('Planted'));
    }
  });

  it('goes when it is archived', async () => {
    const process = started();
    const folder = await filled(process.dropped);
    assert.equal(await process.upload({ inputs: [folder.path], dropped: folder.id }), undefined);
    await folder.close();
    assert.equal((await rig.archivedNames()).length, 2);
    assert.ok(!existsSync(folder.path));
  });

  it('goes when nobody agreed to send it', async () => {
    const process = started();
    const folder = await filled(process.dropped);
    const confirm = (): Promise<boolean> => Promise.resolve(false);
    assert.equal(await process.upload({ inputs: [folder.path], dropped: folder.id, confirm }), 'CANCELLED');
    await folder.close();
    assert.ok(!existsSync(folder.path));
    assert.deepEqual(await process.jobs(), []);
  });

  it('stays for the next process when its upload breaks off, and goes with the end of its job', async () => {
    const before = started();
    const folder = await filled(before.dropped, 3);
    await before.interrupted({ inputs: [folder.path], dropped: folder.id }, new AbortController());
    await folder.close();
    const { state } = await before.job(folder.id);
    assert.equal(state, 'cancelled');
    await before.close();
    assert.ok(existsSync(folder.path));
    const after = started();
    await after.work();
    await after.queue.retry([folder.id]);
    await after.until(folder.id, (job) => job.state === 'archived' && !job.active);
    assert.equal((await rig.archivedNames()).length, 3);
    await goes(folder.path);
  });

  it('stays while it is held, and goes when a person discards it', async () => {
    const process = started();
    const folder = await process.dropped.create();
    const burnedIn = [{ tag: 0x00280301, vr: 'CS', value: 'YES' }] as const;
    const [path = ''] = await writeSeries(rig.inputs, { instances: 1, change: burnedIn });
    await folder.add(await readFile(path));
    await process.upload({ inputs: [folder.path], dropped: folder.id });
    await folder.close();
    await process.work();
    assert.equal((await process.job(folder.id)).state, 'held');
    await process.dropped.sweep();
    assert.ok(existsSync(folder.path));
    await process.queue.discard([folder.id]);
    assert.ok(!existsSync(folder.path));
  });

  it('that a killed process left before anybody agreed goes after a while, and not while somebody is asked', async () => {
    const living = await filled(started().dropped);
    const dead = await filled(started().dropped);
    const hour = new Date(Date.now() - 61 * 60 * 1000);
    for (const { path } of [living, dead])
      for (const one of [dirname(path), path]) await utimes(one, hour, hour);
    await started().dropped.sweep();
    assert.ok(existsSync(living.path) && existsSync(dead.path), 'somebody is asked');
    for (const name of await readdir(dirname(dead.path))) {
      if (!name.endsWith('.lease')) continue;
      await utimes(join(dirname(dead.path), name), hour, hour);
    }
    await started().dropped.sweep();
    assert.deepEqual([existsSync(living.path), existsSync(dead.path)], [true, false]);
  });
});
