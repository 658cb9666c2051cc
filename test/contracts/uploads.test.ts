import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { constants, createDeflateRaw } from 'node:zlib';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { messageOf, SandboxUser } from '../support/sandboxRequests.js';
import { entriesOf, zipOf, type ZipForm } from '../support/zipForms.js';

const E = '/data/archive/projects/GIFTDEMO/subjects/Up/experiments/Up-1';
const SCAN = `${E}/scans/S`;

/** One deflate stream: what can't be made smaller goes into stored blocks, what repeats it into a compressed one. */
async function partlyCompressed(random: Buffer, repeated: Buffer): Promise<Buffer> {
  const deflate = createDeflateRaw({ level: 9 });
  const parts: Buffer[] = [];
  deflate.on('data', (part: Buffer) => parts.push(part));
  deflate.write(random);
  await new Promise<void>((resolve) => deflate.flush(constants.Z_SYNC_FLUSH, () => resolve()));
  deflate.end(repeated);
  await once(deflate, 'end');
  return Buffer.concat(parts);
}

describe('sandbox contract: uploads', () => {
  let sandbox: Sandbox;
  let alice: SandboxUser;
  let resources = 0;

  before(async () => {
    sandbox = await startSandbox({ empty: true });
    alice = await SandboxUser.signIn(sandbox, 'alice');
    await alice.put(`${E}?xsiType=xnat:mrSessionData`);
    await alice.put(`${SCAN}?xsiType=xnat:mrScanData`);
  });
  after(() => sandbox.close());

  /** A resource of its own for each test. */
  const newFiles = async (): Promise<string> => {
    resources += 1;
    await alice.put(`${SCAN}/resources/R${resources}?format=DICOM`);
    return `${SCAN}/resources/R${resources}/files`;
  };
  const stored = async (files: string): Promise<string[]> =>
    (await alice.rows(files)).map((row) => `${row['Name'] ?? ''} ${row['Size'] ?? ''}`);

  for (const form of ['deflated', 'deflated with descriptor', 'stored'] satisfies ZipForm[]) {
    it(`extracts a zip with ${form} entries`, async () => {
      const files = await newFiles();
      const zip = zipOf(
        { 'a.dcm': 'aaa', 'sub/dir/b c.dcm': Buffer.alloc(300_000, 7), 'empty.dcm': '' },
        form,
      );
      const answer = await alice.upload(`${files}/series001.zip?extract=true`, zip);
      assert.deepEqual([answer.status, answer.type, answer.text], [200, 'text/plain;charset=ISO-8859-1', '']);
      assert.deepEqual(await stored(files), ['a.dcm 3', 'b c.dcm 300000', 'empty.dcm 0']);
      assert.equal((await alice.get(`${files}/sub/dir/b%20c.dcm`)).bytes.length, 300_000);
    });
  }

  it('refuses stored entries with a data descriptor and stores nothing', async () => {
    const files = await newFiles();
    const zip = zipOf({ 'a.dcm': 'aaa' }, 'stored with descriptor');
    const answer = await alice.upload(`${files}/x.zip?extract=true`, zip);
    assert.deepEqual(
      [answer.status, messageOf(answer)],
      [500, 'only DEFLATED entries can have EXT descriptor'],
    );
    assert.match(answer.type, /^text\/html/);
    assert.deepEqual(await stored(files), []);
  });

  it('answers duplicates, keeps the old file and stores the new one', async () => {
    const files = await newFiles();
    await alice.upload(`${files}/1.zip?extract=true`, zipOf({ 'a.dcm': 'old' }));
    const answer = await alice.upload(
      `${files}/2.zip?extract=true`,
      zipOf({ 'a.dcm': 'changed', 'b.dcm': 'b' }),
    );
    assert.deepEqual(
      [answer.status, answer.type, answer.text],
      [200, 'text/html', '{"duplicates":["a.dcm"]}'],
    );
    assert.deepEqual(await stored(files), ['a.dcm 3', 'b.dcm 1']);
    const overwritten = await alice.upload(
      `${files}/3.zip?extract=true&overwrite=true`,
      zipOf({ 'a.dcm': 'changed' }),
    );
    assert.equal(overwritten.text, '');
    assert.equal((await alice.get(`${files}/a.dcm`)).text, 'changed');
  });

  it('answers 200 and stores nothing for what is no zip and for an empty one', async () => {
    const files = await newFiles();
    for (const body of [Buffer.from('plain text, no zip'), zipOf({})]) {
      const answer = await alice.upload(`${files}/x.zip?extract=true`, body);
      assert.deepEqual([answer.status, answer.text], [200, '']);
    }
    assert.deepEqual(await stored(files), []);
  });

  it('fails on a truncated zip, an empty body, a chunked body and a missing type', async () => {
    const files = await newFiles();
    const zip = zipOf({ 'a.dcm': Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7919) % 251)) });
    const url = `${files}/x.zip?extract=true`;
    const truncated = await alice.upload(url, zip.subarray(0, 200));
    assert.deepEqual([truncated.status, messageOf(truncated)], [500, 'Unexpected end of ZLIB input stream']);
    const empty = await alice.upload(url, Buffer.alloc(0));
    assert.equal(empty.status, 500);
    const chunked = await alice.upload(url, zip, { chunked: true });
    assert.equal(chunked.status, 500);
    assert.match(messageOf(chunked), /^In-body File posts must include the file directly/);
    const untyped = await alice.upload(url, zip, { contentType: null });
    assert.equal(untyped.status, 400);
    assert.match(messageOf(untyped), new RegExp(`^You tried to PUT a payload of ${zip.length} B`));
    assert.deepEqual(await stored(files), []);
  });

  it('refuses a damaged entry', async () => {
    const files = await newFiles();
    const zip = zipOf({ 'a.dcm': 'content' }, 'stored');
    zip[zip.indexOf('content')] = 0x43;
    assert.equal((await alice.upload(`${files}/x.zip?extract=true`, zip)).status, 500);
    assert.deepEqual(await stored(files), []);
  });

  it('takes octet streams, forms and single files', async () => {
    const files = await newFiles();
    const octets = { contentType: 'application/octet-stream' };
    assert.equal(
      (await alice.upload(`${files}/1.zip?extract=true`, zipOf({ 'a.dcm': 'a' }), octets)).status,
      200,
    );
    const boundary = '----part';
    const form = Buffer.concat([
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="f"; filename="z.zip"\r\n\r\n`),
      zipOf({ 'b.dcm': 'bb' }),
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);
    const contentType = `multipart/form-data; boundary=${boundary}`;
    assert.equal((await alice.upload(`${files}/2.zip?extract=true`, form, { contentType })).status, 200);
    const single = `${files}/c.dcm?inbody=true&format=DICOM&content=RAW`;
    assert.equal((await alice.upload(single, 'ccc', octets)).text, '');
    assert.equal((await alice.upload(single, 'ccc', octets)).text, '{"duplicates":["c.dcm"]}');
    assert.equal(
      (await alice.request('POST', `${files}?inbody=true`, { ...octets, body: 'dddd' })).status,
      200,
    );
    assert.deepEqual(await stored(files), ['a.dcm 1', 'b.dcm 2', 'c.dcm 3', 'upload 4']);
    const row = (await alice.rows(files)).find(({ Name }) => Name === 'c.dcm');
    assert.deepEqual([row?.['file_format'], row?.['file_content']], ['DICOM', 'RAW']);
  });

  it('creates a missing resource but no missing scan', async () => {
    const zip = zipOf({ 'a.dcm': 'a' });
    const made = `${SCAN}/resources/MADE/files`;
    assert.equal((await alice.upload(`${made}/x.zip?extract=true&format=DICOM`, zip)).status, 200);
    const rows = await alice.rows(`${SCAN}/resources`);
    const row = rows.find(({ label }) => label === 'MADE');
    assert.deepEqual([row?.['format'], row?.['file_count'], row?.['file_size']], ['DICOM', '1', '1']);
    const missing = await alice.upload(`${E}/scans/NONE/resources/DICOM/files/x.zip?extract=true`, zip);
    assert.deepEqual([missing.status, messageOf(missing)], [404, 'Unable to identify scan']);
  });

  it('never writes outside the resource, but lists what wanted to go there', async () => {
    const files = await newFiles();
    const label = files.split('/').at(-2) ?? '';
    const zip = zipOf({ '../../slip.dcm': 'x', 'fine.dcm': 'y', '/root.dcm': 'z', 'c:\\..\\..\\w.dcm': 'w' });
    assert.equal((await alice.upload(`${files}/x.zip?extract=true`, zip)).status, 200);
    const listed = (await alice.rows(files)).map((row) => row['URI']?.split('/files/')[1]);
    assert.deepEqual(listed, [`${label}/slip.dcm`, 'fine.dcm', 'root.dcm', `${label}/w.dcm`]);
    assert.equal((await alice.get(`${files}/${label}/slip.dcm`)).text, 'x');
    const structured = async (structure: string): Promise<string | undefined> => {
      const answer = await alice.get(`${files}?format=zip&structure=${structure}`);
      return [...entriesOf(answer.bytes).keys()][0];
    };
    assert.equal(await structured('default'), `Up-1/scans/S/resources/${label}/files/${label}/slip.dcm`);
    // A trap for whoever unpacks it.
    assert.equal(await structured('legacy'), `Up-1/SCANS/S/${label}/../../slip.dcm`);
    const catalogue = await alice.get(files.replace(/\/files$/, ''));
    assert.match(catalogue.text, new RegExp(`URI="/[^"]*/SCANS/S/${label}/\\.\\./\\.\\./slip\\.dcm"`));
    const names = await readdir(sandbox.archiveFolder, { recursive: true });
    assert.deepEqual(
      names.filter((name) => name.includes('slip')).map((name) => name.split('/').slice(-2).join('/')),
      [`${label}/slip.dcm`],
    );
    assert.equal((await alice.upload(`${files}/..%5C..%5Cx.dcm?inbody=true`, 'x')).status, 200);
    assert.equal((await alice.rows(files)).length, 4);
  });

  it('inflates what begins with stored blocks and goes on compressed', async () => {
    const files = await newFiles();
    const first = randomBytes(50_000);
    const mixed = await partlyCompressed(first, first.subarray(-20_000));
    // It begins with a stored block, and the second part is but a reference into the first.
    assert.ok(((mixed[0] ?? 6) & 6) === 0 && mixed.length < 51_000);
    const content = Buffer.concat([first, first.subarray(-20_000)]);
    const zip = zipOf({ 'a.dcm': content, 'b.dcm': 'after it' });
    const at = zip.indexOf('a.dcm') + 5;
    const whole = Buffer.concat([zip.subarray(0, at), mixed, zip.subarray(at + zip.readUInt32LE(18))]);
    assert.equal((await alice.upload(`${files}/x.zip?extract=true`, whole)).status, 200);
    assert.deepEqual((await alice.get(`${files}/a.dcm`)).bytes, content);
    assert.equal((await alice.get(`${files}/b.dcm`)).text, 'after it');
  });

  it('keeps format and content of a file that is overwritten without them', async () => {
    const files = await newFiles();
    const path = `${files}/a.dcm?inbody=true`;
    await alice.upload(`${path}&format=DICOM&content=RAW`, 'one');
    await alice.upload(`${path}&overwrite=true`, 'other');
    const [row] = await alice.rows(files);
    assert.deepEqual([row?.['Size'], row?.['file_format'], row?.['file_content']], ['5', 'DICOM', 'RAW']);
  });

  it('extracts while the body arrives, and keeps nothing of one that breaks off', async () => {
    const files = await newFiles();
    const zip = zipOf({ 'a.dcm': randomBytes(300_000), 'b.dcm': randomBytes(300_000) }, 'stored');
    const sending = httpRequest(`${sandbox.url}${files}/x.zip?extract=true`, {
      method: 'PUT',
      agent: false,
      headers: {
        Cookie: `JSESSIONID=${alice.cookie}`,
        'Content-Type': 'application/zip',
        'Content-Length': zip.length,
      },
    });
    sending.on('error', () => undefined);
    sending.write(zip.subarray(0, 450_000));
    const work = `${sandbox.dataFolder}/work`;
    while ((await readdir(work)).length < 2) await sleep(5);
    sending.destroy();
    while ((await readdir(work)).length > 0) await sleep(5);
    assert.deepEqual(await stored(files), []);
    assert.equal((await alice.upload(`${files}/x.zip?extract=true`, zip)).status, 200);
    assert.deepEqual(await stored(files), ['a.dcm 300000', 'b.dcm 300000']);
  });

  it('answers a refused zip when all of it was sent', async () => {
    const files = await newFiles();
    const zip = zipOf({ 'a.dcm': Buffer.alloc(8_000_000, 1) }, 'stored with descriptor');
    const answer = await alice.upload(`${files}/x.zip?extract=true`, zip);
    assert.equal(messageOf(answer), 'only DEFLATED entries can have EXT descriptor');
  });

  it('shows MD5 in the catalogue, and in lists only when switched on', async () => {
    const files = await newFiles();
    await alice.upload(`${files}/a.dcm?inbody=true`, 'abc');
    const catalogue = await alice.get(files.replace(/\/files$/, ''));
    assert.equal(catalogue.type, 'text/xml');
    assert.match(catalogue.text, /<cat:entry [^>]*URI="a.dcm"[^>]*digest="900150983cd24fb0d6963f7d28e17f72"/);
    assert.match(catalogue.text, /<cat:metaField name="AUDIT">\d+:[^<]* UTC \d{4}=Added:1<\/cat:metaField>/);
    await alice.upload(`${files}/a.dcm?inbody=true&overwrite=true`, 'abcd');
    const changed = await alice.get(files.replace(/\/files$/, ''));
    assert.match(changed.text, /digest="e2fc714c4727ee9395f324cd2e7f331f"/);
    assert.equal('digest' in ((await alice.rows(files))[0] ?? {}), false);
  });

  it('leaves nothing in its work folder', async () => {
    assert.deepEqual(await readdir(`${sandbox.dataFolder}/work`), []);
  });
});
