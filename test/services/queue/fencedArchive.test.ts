import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { fencedArchive } from '../../../src/services/queue/fencedArchive.js';
import { leaseLost } from '../../../src/services/queue/leases.js';
import type { Archive } from '../../../src/services/xnat/archive.js';
import { writeSeries } from '../../support/seriesFiles.js';
import { project, UploadRig } from '../../support/uploadRig.js';

const subject = 'Sub1';
const place = { project, subject, experiment: 'Exp1', scan: 'S1' };

describe('an archive behind a fence', function () {
  this.timeout(60_000);
  let rig: UploadRig;
  let real: Archive;
  let lost: boolean;
  let checks: number;
  let archive: Archive;
  beforeEach(async () => {
    rig = await UploadRig.start();
    real = rig.archive();
    lost = false;
    checks = 0;
    const check = (): Promise<void> => {
      checks++;
      return lost ? Promise.reject(leaseLost()) : Promise.resolve();
    };
    archive = fencedArchive(real, { check });
  });
  afterEach(async () => {
    await real.signOut();
    await rig.close();
  });

  const writes: Readonly<Record<string, () => Promise<unknown>>> = {
    createSubject: () => archive.createSubject(project, subject),
    postPseudonym: () => archive.postPseudonym(project, subject, '2_25_1'),
    createExperiment: () =>
      archive.createExperiment({ ...place, xsiType: 'xnat:ctSessionData', uid: '2_25_2' }),
    createScan: () => archive.createScan({ ...place, xsiType: 'xnat:ctScanData', uid: '2_25_3' }),
    createResource: () => archive.createResource(place, 'DICOM'),
    putZip: () => archive.putZip(place, 'DICOM', 'a.zip', body([Buffer.alloc(22)])),
    writeProjectFile: () => archive.writeProjectFile({ project, resource: 'x', name: 'y' }, 'text'),
  };

  it('sends nothing that writes once the lease is lost, and still reads', async () => {
    await archive.signIn();
    lost = true;
    const from = rig.sandbox.requests.length;
    for (const [name, write] of Object.entries(writes))
      await assert.rejects(write(), { code: 'LEASE_LOST' }, name);
    assert.equal(rig.sandbox.requests.length, from);
    assert.equal(checks, Object.keys(writes).length);
    assert.deepEqual(await archive.listSubjects(project), []);
    assert.deepEqual([archive.serverUrl, archive.userName], [rig.sandbox.url, 'alice']);
  });

  it('breaks a body off that goes on after a sleep', async () => {
    await writeSeries(rig.inputs, { instances: 1 });
    const there = (await rig.upload()).receipt?.series[0]?.place;
    assert.ok(there);
    const before = await real.listFiles(there, 'DICOM');
    checks = 0;
    const sleepy = body([Buffer.alloc(100_000), Buffer.alloc(100_000), Buffer.alloc(100_000)], () => {
      lost = true;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1100);
    });
    await assert.rejects(archive.putZip(there, 'DICOM', 'a.zip', sleepy));
    assert.equal(checks, 2, 'before the request and after the sleep');
    assert.deepEqual(await real.listFiles(there, 'DICOM'), before);
  });
});

/** A body of these pieces; something happens before the second one. */
function body(
  chunks: readonly Buffer[],
  between: () => void = () => undefined,
): Parameters<Archive['putZip']>[3] {
  return {
    contentLength: chunks.reduce((sum, chunk) => sum + chunk.length, 0),
    contentType: 'application/zip',
    open: () =>
      Readable.from(
        (function* () {
          for (const [at, chunk] of chunks.entries()) {
            if (at === 1) between();
            yield chunk;
          }
        })(),
        { objectMode: false, highWaterMark: 1 },
      ),
  };
}
