import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { inflateRawSync } from 'node:zlib';
import { basicProfile } from '../../../src/services/deid/profiles/presets.js';
import type { Segment } from '../../../src/services/deid/types.js';
import { giftCloudUidMapper } from '../../../src/services/deid/uidMap.js';
import { writeObject } from '../../../src/services/dicom/writeSegments.js';
import { hashObject, ZipBody } from '../../../src/services/pipeline/zipStream.js';
import { InProcessDeid } from '../../../src/services/worker/inProcessDeid.js';
import { buildDicom, sampleElements } from '../../support/dicomBuilder.js';
import { readyInstance, sourceInstance } from '../../support/readyInstance.js';
import { temporaryFolder } from '../../support/seriesFiles.js';

describe('zip stream', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  before(async () => {
    folder = await temporaryFolder();
  });
  after(() => folder.remove());

  const source = async (name: string, size: number): Promise<{ path: string; bytes: Buffer }> => {
    const path = join(folder.path, name);
    const bytes = Buffer.alloc(size, name);
    for (let at = 0; at + 4 <= size; at += 997) bytes.writeUInt32LE(at, at);
    await writeFile(path, bytes);
    return { path, bytes };
  };
  const head = Buffer.from('header');

  it('has the length it promised, the bytes of the segments and their hashes', async () => {
    const sizes = [0, 1, 65_534, 65_535, 65_536, 3_000_000];
    const parts = await Promise.all(sizes.map((size, at) => source(`file${at}`, size)));
    const batch = parts.map(({ path, bytes }, at) => {
      const segments: Segment[] = [
        { bytes: head },
        {
          range: {
            offset: Math.floor(bytes.length / 2),
            length: bytes.length - Math.floor(bytes.length / 2),
          },
        },
        { bytes: Buffer.from([at]) },
      ];
      return readyInstance(path, `2.25.${at}`, segments);
    });
    batch.push(readyInstance(parts[0]!.path, '2.25.99', []));
    const body = new ZipBody(batch);
    const zip = await buffer(body.open(undefined));
    assert.equal(zip.length, body.contentLength);

    const path = join(folder.path, 'out.zip');
    await writeFile(path, zip);
    execFileSync('unzip', ['-tq', path]);
    for (const [at, { bytes }] of parts.entries()) {
      const wanted = Buffer.concat([head, bytes.subarray(Math.floor(bytes.length / 2)), Buffer.from([at])]);
      const got = execFileSync('unzip', ['-p', path, `2.25.${at}.dcm`], { maxBuffer: 1 << 24 });
      assert.ok(got.equals(wanted), `content of entry ${at}`);
      const sha256 = createHash('sha256').update(wanted).digest('hex');
      assert.deepEqual(body.sent.get(`2.25.${at}.dcm`), { size: wanted.length, sha256 });
      assert.equal(await hashObject(batch[at]!, undefined), sha256);
    }
    assert.equal(body.sent.get('2.25.99.dcm')?.size, 0);
  });

  it('uses method deflate with a data descriptor and a date that tells nothing', async () => {
    const { path, bytes } = await source('one', 100);
    const zip = await buffer(
      new ZipBody([readyInstance(path, '2.25.1', [{ range: { offset: 0, length: 100 } }])]).open(undefined),
    );
    assert.equal(zip.readUInt16LE(6), 0x0008);
    assert.equal(zip.readUInt16LE(8), 8);
    assert.equal(zip.readUInt32LE(10), 0x0021_0000);
    assert.ok(inflateRawSync(zip.subarray(30 + '2.25.1.dcm'.length)).equals(bytes));
  });

  it('can be opened again, as after a renewed sign-in', async () => {
    const { path } = await source('again', 5000);
    const body = new ZipBody([readyInstance(path, '2.25.1', [{ range: { offset: 0, length: 5000 } }])]);
    const first = await buffer(body.open(undefined));
    assert.ok((await buffer(body.open(undefined))).equals(first));
  });

  it('breaks before the end when the source is another file now, and says which', async () => {
    const { path } = await source('changing', 5000);
    const { path: other } = await source('steady', 10);
    const steady = readyInstance(other, '2.25.2', [{ range: { offset: 0, length: 10 } }]);
    const changing = readyInstance(path, '2.25.1', [{ range: { offset: 0, length: 5000 } }]);
    await appendFile(path, 'x');
    const body = new ZipBody([steady, changing]);
    await assert.rejects(buffer(body.open(undefined)), { code: 'FILE_CHANGED' });
    assert.equal(body.failure?.ready, changing);
  });

  it('notices a change that happens while the file is read', async () => {
    const { path } = await source('growing', 12_000_000);
    const ready = readyInstance(path, '2.25.1', [{ range: { offset: 0, length: 12_000_000 } }]);
    const body = new ZipBody([ready]);
    let got = 0;
    await assert.rejects(
      async () => {
        for await (const chunk of body.open(undefined)) {
          if (got === 0) await appendFile(path, 'x');
          got += (chunk as Buffer).length;
        }
      },
      { code: 'FILE_CHANGED' },
    );
    assert.ok(got < body.contentLength);
    assert.equal((await readFile(path)).length, 12_000_001);
  });

  it('inflates the data set of a deflated object, however large it is', async () => {
    const path = join(folder.path, 'deflated');
    const pixels = Buffer.alloc(70_000_000, 'pixels, and ');
    const elements = [...sampleElements(), { tag: 0x7fe00010, vr: 'OW', value: pixels }];
    await writeFile(path, buildDicom(elements, { syntax: 'deflated' }));
    const engine = new InProcessDeid({ mapper: giftCloudUidMapper(), version: '0.0.0' });
    const identity = { patientName: 'Subject1', patientId: 'Experiment1' };
    const [made] = await engine.deidentify([{ path, request: { profile: basicProfile, identity } }]);
    assert.ok(made?.status === 'verified' && made.instance.sourceDeflated);
    const copy = join(folder.path, 'plain');
    writeObject(path, made.instance.segments, copy, { deflated: true });

    const body = new ZipBody([{ source: sourceInstance(0, path), verified: made.instance }]);
    const zip = await buffer(body.open(undefined));
    const name = `${made.instance.sopInstanceUid}.dcm`;
    assert.ok(inflateRawSync(zip.subarray(30 + name.length)).equals(await readFile(copy)));
    assert.ok((await readFile(copy)).includes(pixels));
  });

  it('stops when cancelled', async () => {
    const { path } = await source('long', 9_000_000);
    const stop = new AbortController();
    const body = new ZipBody([readyInstance(path, '2.25.1', [{ range: { offset: 0, length: 9_000_000 } }])]);
    await assert.rejects(
      async () => {
        for await (const chunk of body.open(stop.signal)) if (chunk) stop.abort();
      },
      { code: 'CANCELLED' },
    );
  });
});
