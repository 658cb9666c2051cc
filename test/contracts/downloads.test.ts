import { strict as assert } from 'node:assert';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { messageOf, SandboxUser } from '../support/sandboxRequests.js';
import { entriesOf, zipOf } from '../support/zipForms.js';

const E = '/data/projects/GIFTDEMO/subjects/Down/experiments/Down-1';
const FILES = `${E}/scans/S1/resources/DICOM/files`;

describe('sandbox contract: downloads', () => {
  let sandbox: Sandbox;
  let alice: SandboxUser;

  before(async () => {
    sandbox = await startSandbox({ empty: true, digests: true });
    alice = await SandboxUser.signIn(sandbox, 'alice');
    await alice.put(`${E}?xsiType=xnat:mrSessionData`);
    for (const [scan, type] of [
      ['S1', 'T1'],
      ['S2', 'T2'],
      ['S3', 'T2'],
    ] as const) {
      await alice.put(`${E}/scans/${scan}?xsiType=xnat:mrScanData&type=${type}`);
      const zip = zipOf({ 'a.dcm': `${scan} a`, 'sub/b.dcm': `${scan} bb` });
      await alice.upload(`${E}/scans/${scan}/resources/DICOM/files/x.zip?extract=true`, zip);
    }
  });
  after(() => sandbox.close());

  const names = async (path: string): Promise<string[]> => {
    const answer = await alice.get(path);
    assert.deepEqual([answer.status, answer.type], [200, 'application/zip']);
    assert.equal(answer.headers['content-disposition'], 'attachment; filename="Down-1.zip";');
    return [...entriesOf(answer.bytes).keys()];
  };

  it('sends a resource as a chunked zip of stored entries', async () => {
    const answer = await alice.get(`${FILES}?format=zip`);
    assert.equal(answer.headers['transfer-encoding'], 'chunked');
    const entries = entriesOf(answer.bytes);
    assert.deepEqual(
      [...entries].map(([name, content]) => [name, content.toString()]),
      [
        ['Down-1/scans/S1/resources/DICOM/files/a.dcm', 'S1 a'],
        ['Down-1/scans/S1/resources/DICOM/files/sub/b.dcm', 'S1 bb'],
      ],
    );
  });

  it('understands scan lists, types and ALL', async () => {
    const scans = async (selector: string): Promise<string[]> => [
      ...new Set(
        (await names(`${E}/scans/${selector}/files?format=zip`)).map((name) => name.split('/')[2] ?? ''),
      ),
    ];
    assert.deepEqual(await scans('ALL'), ['S1', 'S2', 'S3']);
    assert.deepEqual(await scans('S1,S3'), ['S1', 'S3']);
    assert.deepEqual(await scans('T2'), ['S2', 'S3']);
    assert.equal((await names(`${E}/files?format=zip&all=true`)).length, 6);
  });

  it('has the three other structures', async () => {
    const first = async (structure: string): Promise<string | undefined> =>
      (await names(`${E}/scans/S1/files?format=zip&structure=${structure}`))[0];
    assert.equal(await first('simplified'), 'Down-1/scans/S1/DICOM/a.dcm');
    assert.equal(await first('improved'), 'scans/S1/DICOM/a.dcm');
    assert.equal(await first('legacy'), 'Down-1/SCANS/S1/DICOM/a.dcm');
  });

  it('has no zip of nothing, but one of a single file', async () => {
    await alice.put(`${E}/scans/S1/resources/EMPTY`);
    assert.equal((await alice.get(`${E}/scans/S1/resources/EMPTY/files?format=zip`)).status, 404);
    assert.deepEqual(await names(`${FILES}/sub/b.dcm?format=zip`), ['b.dcm']);
    const tar = await alice.get(`${FILES}?format=tar.gz`);
    assert.deepEqual([tar.type, tar.bytes.subarray(0, 2).toString('hex')], ['application/x-gtar', '1f8b']);
  });

  it('sends single files with length, date and ranges', async () => {
    const whole = await alice.get(`${FILES}/sub/b.dcm`);
    assert.deepEqual([whole.status, whole.type, whole.text], [200, 'application/octet-stream', 'S1 bb']);
    assert.equal(whole.headers['content-length'], '5');
    assert.equal(whole.headers['cache-control'], 'must-revalidate');
    const modified = whole.headers['last-modified'] ?? '';
    const unchanged = await alice.get(`${FILES}/sub/b.dcm`, { 'If-Modified-Since': modified });
    assert.deepEqual([unchanged.status, unchanged.text], [304, '']);
    const older = await alice.get(`${FILES}/sub/b.dcm`, { 'If-Modified-Since': new Date(0).toUTCString() });
    assert.equal(older.status, 200);
    const part = await alice.get(`${FILES}/sub/b.dcm`, { Range: 'bytes=1-2' });
    assert.deepEqual([part.status, part.text, part.headers['content-range']], [206, '1 ', 'bytes 1-2/5']);
    const rest = await alice.get(`${FILES}/sub/b.dcm`, { Range: 'bytes=3-' });
    assert.deepEqual([rest.status, rest.text], [206, 'bb']);
    const head = await alice.request('HEAD', `${FILES}/a.dcm`);
    assert.deepEqual([head.status, head.headers['content-length'], head.text], [200, '4', '']);
  });

  it('answers the container page for a file that is not there', async () => {
    const answer = await alice.get(`${FILES}/none.dcm`);
    assert.deepEqual([answer.status, answer.type], [404, 'text/html;charset=utf-8']);
    assert.match(answer.text, /Unable to find catalog entry for given uri\./);
  });

  it('addresses files by internal numbers, and answers there', async () => {
    const [row] = await alice.rows(FILES);
    const uri = row?.['URI'] ?? '';
    assert.match(
      uri,
      /^\/data\/projects\/GIFTDEMO\/subjects\/GiftCloud_S\d+\/experiments\/GiftCloud_E\d+\/scans\/S1\/resources\/\d+\/files\/a\.dcm$/,
    );
    assert.equal((await alice.get(uri)).text, 'S1 a');
    assert.match(row?.['digest'] ?? '', /^[0-9a-f]{32}$/);
  });

  it('filters by content and picks by index', async () => {
    const snapshots = `${E}/scans/S1/resources/SNAPSHOTS/files`;
    assert.deepEqual(await alice.rows(`${snapshots}?file_content=THUMBNAIL`), []);
    await alice.upload(`${snapshots}/t.gif?inbody=true&content=THUMBNAIL&format=GIF`, 'GIF89a');
    assert.equal((await alice.rows(`${snapshots}?file_content=THUMBNAIL`)).length, 1);
    assert.equal((await alice.rows(`${snapshots}?file_content=ORIGINAL`)).length, 0);
    const picture = await alice.get(`${snapshots}?file_content=THUMBNAIL&index=0`);
    assert.deepEqual([picture.status, picture.type, picture.text], [200, 'image/gif', 'GIF89a']);
    assert.equal((await alice.get(`${snapshots}?file_content=ORIGINAL&index=0`)).status, 404);
  });

  it('deletes files and resources', async () => {
    assert.equal((await alice.request('DELETE', `${E}/scans/S3/resources/DICOM/files/a.dcm`)).status, 200);
    assert.equal((await alice.request('DELETE', `${E}/scans/S3/resources/DICOM/files/none.dcm`)).status, 200);
    assert.deepEqual(
      (await alice.rows(`${E}/scans/S3/resources/DICOM/files`)).map((row) => row['Name']),
      ['b.dcm'],
    );
    assert.equal((await alice.request('DELETE', `${E}/scans/S3/resources/DICOM`)).status, 200);
    assert.deepEqual(await alice.rows(`${E}/scans/S3/resources`), []);
    const missing = await alice.get(`${E}/scans/NONE?format=json`);
    assert.deepEqual([missing.status, messageOf(missing)], [404, 'Unable to find the specified scan.']);
  });
});
