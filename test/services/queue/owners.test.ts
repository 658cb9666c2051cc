import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Journal, journalFolder } from '../../../src/services/queue/journal.js';
import { leaseLost } from '../../../src/services/queue/leases.js';
import type { JobState } from '../../../src/services/queue/types.js';
import { QueueProcess } from '../../support/queueRig.js';
import { writeSeries } from '../../support/seriesFiles.js';
import { UploadRig } from '../../support/uploadRig.js';

describe('the journal of the transfer queue, for owners of jobs', function () {
  this.timeout(120_000);
  let rig: UploadRig;
  beforeEach(async () => {
    rig = await UploadRig.start();
  });
  afterEach(() => rig.close());
  const process = (): QueueProcess => new QueueProcess(rig);
  const fileOf = (id: string, name: string): string => join(rig.state, 'queue', id, name);

  it('takes no word of an owner who lost the job while he wrote', async () => {
    const working = process();
    const id = await working.add();
    const journal = new Journal(journalFolder(rig.state));
    const stored = await journal.read(id);
    assert.ok(stored?.kind === 'job');
    const fence = { check: () => Promise.reject(leaseLost()) };
    await assert.rejects(journal.writeStatus(id, { ...stored.status, state: 'sending' }, fence), {
      code: 'LEASE_LOST',
    });
    await assert.rejects(journal.writeOrder({ ...stored.order, project: 'OTHER' }, fence), {
      code: 'LEASE_LOST',
    });
    assert.deepEqual(await journal.read(id), stored);
    assert.deepEqual((await readdir(join(rig.state, 'queue', id))).sort(), ['order.json', 'status.json']);
  });

  it('takes nothing of an owner who fell asleep between his last look and the rename', async () => {
    await writeSeries(rig.inputs);
    const working = process();
    const id = await working.add();
    const journal = new Journal(journalFolder(rig.state));
    const stored = await journal.read(id);
    assert.ok(stored?.kind === 'job');
    const { status } = stored;
    let looks = 0;
    const fence = {
      // The first look finds the job ours; then somebody takes it over, and brings it to its end.
      check: async () => {
        if (++looks > 1) throw leaseLost();
        await working.work();
        await working.until(id, ({ state, active }) => state === 'archived' && !active);
      },
    };
    const late = { ...status, state: 'sending' as JobState };
    await assert.rejects(journal.writeStatus(id, late, fence), { code: 'LEASE_LOST' });
    const { state } = JSON.parse(await readFile(fileOf(id, 'status.json'), 'utf8')) as { state: JobState };
    assert.equal(state, 'archived');
  });

  it('knows a job as archived whatever a status says that came late', async () => {
    await writeSeries(rig.inputs, { instances: 1 });
    const working = process();
    const id = await working.add();
    const before = await readFile(fileOf(id, 'status.json'));
    await working.work();
    await working.until(id, ({ state, active }) => state === 'archived' && !active);
    await writeFile(fileOf(id, 'status.json'), before);
    assert.equal((await working.job(id)).state, 'archived');
    await working.queue.retry([id]);
    assert.equal((await working.job(id)).state, 'archived');
  });
});
