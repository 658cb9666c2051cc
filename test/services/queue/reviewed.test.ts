import assert from 'node:assert/strict';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { UploadRequest } from '../../../src/services/createServices.js';
import type { QueuedJob } from '../../../src/services/queue/types.js';
import { QueueProcess } from '../../support/queueRig.js';
import { writeSeries } from '../../support/seriesFiles.js';
import { UploadRig } from '../../support/uploadRig.js';

describe('an upload that goes on after its review', function () {
  this.timeout(120_000);
  let rig: UploadRig;
  beforeEach(async () => {
    rig = await UploadRig.start();
  });
  afterEach(() => rig.close());

  const agreed: Partial<UploadRequest> = { confirm: () => Promise.resolve(true) };

  /** A job that was reviewed and then left by its process. */
  const left = async (request = agreed): Promise<string> => {
    const process = new QueueProcess(rig);
    await process.interrupted(request, new AbortController());
    const [job] = await process.jobs();
    assert.equal(job?.state, 'cancelled');
    await process.queue.retry([job.id]);
    return job.id;
  };
  const goneOn = async (id: string): Promise<QueuedJob> => {
    const process = new QueueProcess(rig);
    await process.work();
    return process.until(id, ({ state, active }) => !active && state !== 'waiting');
  };
  const heldBack = ({ refused }: QueuedJob): unknown =>
    refused.map(({ status, code, count }) => [status, code, count]);

  it('sends what was reviewed, also from another place in the folder', async () => {
    const [first = ''] = await writeSeries(rig.inputs, { instances: 3 });
    const id = await left();
    await rename(first, join(rig.inputs, 'moved'));
    const job = await goneOn(id);
    assert.deepEqual([job.state, job.totals.uploaded], ['archived', 3]);
  });

  it('holds what was added or changed since, old files that were moved there too', async () => {
    const elsewhere = await writeSeries(`${rig.inputs}-elsewhere`, {
      study: 2,
      patientId: 'P2',
      instances: 2,
    });
    await writeSeries(rig.inputs, { instances: 3 });
    const id = await left();
    await rename(join(elsewhere[0]!, '..'), join(rig.inputs, 'folder'));
    // The place of a file that was reviewed, and somebody else in it.
    await writeSeries(rig.inputs, { instances: 1, patientId: 'P3' });
    const job = await goneOn(id);
    assert.equal(job.state, 'held');
    assert.deepEqual(heldBack(job), [['held', 'NOT_REVIEWED', 3]]);
    assert.equal((await rig.archivedNames()).length, 2);
  });

  it('sends the rest once it is reviewed, as the same job', async () => {
    await writeSeries(rig.inputs, { instances: 1 });
    const id = await left();
    await writeSeries(rig.inputs, { instances: 2 });
    assert.equal((await goneOn(id)).state, 'held');
    const process = new QueueProcess(rig);
    assert.equal(await process.upload(agreed), undefined);
    const jobs = await process.jobs();
    assert.deepEqual(
      jobs.map((job) => [job.id, job.state]),
      [[id, 'archived']],
    );
    assert.equal((await rig.archivedNames()).length, 2);
  });

  it('sends everything where nobody was asked', async () => {
    await writeSeries(rig.inputs, { instances: 1 });
    const id = await left({});
    await writeSeries(rig.inputs, { instances: 2 });
    assert.equal((await goneOn(id)).totals.uploaded, 2);
  });

  it('keeps what was reviewed sealed, and not longer than it is needed', async () => {
    await writeSeries(rig.inputs, { instances: 1 });
    const id = await left();
    const order = async (): Promise<string> => readFile(join(rig.state, 'queue', id, 'order.json'), 'utf8');
    const { reviewed } = JSON.parse(await order()) as { readonly reviewed: string };
    assert.match(reviewed, /^[A-Za-z0-9+/=]{60,}$/);
    assert.doesNotMatch(Buffer.from(reviewed, 'base64').toString('latin1'), /\["/);
    await goneOn(id);
    assert.doesNotMatch(await order(), /reviewed/);
  });
});
