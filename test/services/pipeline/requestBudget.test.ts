import assert from 'node:assert/strict';
import { writeSeries } from '../../support/seriesFiles.js';
import { UploadRig } from '../../support/uploadRig.js';

/**
 * 12 requests for a series of a known patient, 25 for a new one, and one more per batch; the two series import filters,
 * which are read once for all series, apart.
 */
describe('requests of an upload', function () {
  this.timeout(120_000);
  let rig: UploadRig;
  beforeEach(async () => {
    rig = await UploadRig.start();
  });
  afterEach(() => rig.close());

  const count = async (inputs = rig.inputs): Promise<{ batches: number; others: number; list: string[] }> => {
    const before = rig.sandbox.requests.length;
    const story = await rig.upload({ inputs: [inputs] });
    assert.equal(story.error, undefined);
    const list = rig.sandbox.requests
      .slice(before)
      .filter(({ method, path }) => !(method === 'DELETE' && path.includes('JSESSION')))
      .filter(({ path }) => !path.includes('seriesImportFilter'))
      .map(({ method, path, status }) => `${method} ${path} ${status}`);
    const batches = list.filter((line) => /^PUT .*\.zip|services\/import/.test(line)).length;
    return { batches, others: list.length - batches, list };
  };

  it('keeps to 25 for a new patient', async () => {
    await writeSeries(rig.inputs, { study: 1, instances: 300 });
    const fresh = await count();
    assert.ok(fresh.others <= 25, `${fresh.others}: ${fresh.list.join('\n')}`);
  });

  it('keeps to 12 for a new study of a known patient whatever the number of files', async () => {
    await writeSeries(rig.inputs, { study: 1, instances: 1 });
    await rig.upload();
    const counts: number[] = [];
    for (const [study, instances] of [
      [2, 3],
      [3, 300],
    ] as const) {
      const inputs = `${rig.inputs}${study}`;
      await writeSeries(inputs, { study, instances });
      const known = await count(inputs);
      counts.push(known.others);
      assert.ok(known.others <= 12, `${known.others}: ${known.list.join('\n')}`);
    }
    assert.equal(counts[0], counts[1]);
  });

  it('keeps to 36 and 23 on plain XNAT, two of them to see what it is', async () => {
    await rig.close();
    rig = await UploadRig.start({ plainXnat: true });
    await writeSeries(rig.inputs, { study: 1, instances: 3 });
    const fresh = await count();
    assert.ok(fresh.others <= 36, `${fresh.others}: ${fresh.list.join('\n')}`);
    await writeSeries(`${rig.inputs}2`, { study: 2, instances: 300 });
    const known = await count(`${rig.inputs}2`);
    assert.ok(known.others <= 23, `${known.others}: ${known.list.join('\n')}`);
  });

  it('needs no more for a repeated upload, although every byte is fetched back', async () => {
    await writeSeries(rig.inputs, { study: 1, instances: 120 });
    await rig.upload();
    const again = await count();
    assert.equal(again.batches, 0);
    assert.ok(again.others <= 12, `${again.others}: ${again.list.join('\n')}`);
  });
});
