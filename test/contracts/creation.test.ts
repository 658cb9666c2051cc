import { strict as assert } from 'node:assert';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { messageOf, SandboxUser } from '../support/sandboxRequests.js';

const P = '/data/archive/projects/GIFTDEMO';
const MR = 'xsiType=xnat:mrSessionData';

describe('sandbox contract: creation and look-up', () => {
  let sandbox: Sandbox;
  let alice: SandboxUser;

  before(async () => {
    sandbox = await startSandbox({ empty: true });
    alice = await SandboxUser.signIn(sandbox, 'alice');
    await alice.put(`${P}/subjects/A`);
    await alice.put(`${P}/subjects/B`);
  });
  after(() => sandbox.close());

  const statusOf = async (path: string): Promise<number> => (await alice.put(path)).status;

  it('creates a subject once and answers its accession number', async () => {
    const first = await alice.put(`${P}/subjects/Once`);
    assert.deepEqual([first.status, first.type], [201, 'text/plain;charset=ISO-8859-1']);
    assert.match(first.text, /^GiftCloud_S\d{5}$/);
    const second = await alice.put(`${P}/subjects/Once`);
    assert.deepEqual([second.status, second.text], [200, first.text]);
    assert.equal(await statusOf(`/data/projects/GIFTDEMO/subjects/${first.text}`), 200);
  });

  it('breaks on labels beyond letters, digits, - and _', async () => {
    for (const label of ['a%20b', 'a+b', 'a.b', 'a%C3%BC']) {
      assert.equal(await statusOf(`${P}/subjects/${label}`), 500, label);
      assert.equal(await statusOf(`${P}/subjects/A/experiments/${label}?${MR}`), 500, label);
    }
    assert.equal(await statusOf(`${P}/subjects/${'L'.repeat(300)}`), 400);
    assert.equal(await statusOf('/data/projects/A%20B'), 417);
  });

  it('renames, but never to a label in use', async () => {
    await alice.put(`${P}/subjects/Old`);
    assert.equal(await statusOf(`${P}/subjects/Old?label=New`), 200);
    assert.equal(await statusOf(`${P}/subjects/New?label=A`), 409);
    assert.equal((await alice.get(`${P}/subjects/Old?format=json`)).status, 404);
  });

  it('requires a known type of experiments and scans', async () => {
    assert.equal(await statusOf(`${P}/subjects/A/experiments/T`), 417);
    for (const type of ['foo', 'sc', 'seg']) {
      const answer = await alice.put(`${P}/subjects/A/experiments/T?xsiType=xnat:${type}SessionData`);
      assert.equal(answer.status, 400);
      assert.match(messageOf(answer), /ElementNotFoundException/);
    }
    for (const type of ['es', 'esv', 'us', 'xa', 'pet', 'nm', 'sr', 'rt', 'io', 'op', 'otherDicom']) {
      assert.equal(
        await statusOf(`${P}/subjects/A/experiments/T-${type}?xsiType=xnat:${type}SessionData`),
        201,
      );
    }
    assert.equal(await statusOf(`${P}/subjects/A/experiments/T-us/scans/1`), 417);
    assert.equal(await statusOf(`${P}/subjects/A/experiments/T-us/scans/1?xsiType=xnat:fooScanData`), 400);
    assert.equal(await statusOf(`${P}/subjects/A/experiments/NONE/scans/1?xsiType=xnat:usScanData`), 417);
    assert.equal(await statusOf(`${P}/subjects/A/experiments/T-us/scans/1?xsiType=xnat:scScanData`), 200);
  });

  it('refuses a UID that the subject or the session has, also to its owner', async () => {
    const path = `${P}/subjects/A/experiments/U1`;
    assert.equal(await statusOf(`${path}?${MR}&UID=u1`), 201);
    assert.equal(await statusOf(`${path}?${MR}&UID=u1`), 403);
    assert.equal(await statusOf(`${path}?${MR}`), 200);
    assert.equal(await statusOf(`${P}/subjects/A/experiments/U2?${MR}&UID=u1`), 403);
    assert.equal(await statusOf(`${P}/subjects/B/experiments/U3?${MR}&UID=u1`), 201);
    assert.equal(await statusOf(`${path}/scans/1?xsiType=xnat:mrScanData&UID=s1`), 200);
    assert.equal(await statusOf(`${path}/scans/1?xsiType=xnat:mrScanData&UID=s1`), 403);
    assert.equal(await statusOf(`${path}/scans/2?xsiType=xnat:mrScanData&UID=s1`), 403);
    assert.equal(await statusOf(`${path}/scans/1?xsiType=xnat:mrScanData`), 200);
  });

  it('finds experiments and scans by UID', async () => {
    const found = await alice.get(`${P}/subjects/A/experiments/uids/u1`);
    assert.deepEqual([found.status, found.type], [200, 'application/json']);
    assert.match(found.text, /"label":"U1"/);
    const scan = await alice.get(`${P}/subjects/A/experiments/U1/scans/uids/s1`);
    assert.match(scan.text, /"ID":"1"/);
    const experimentId = /"ID":"(GiftCloud_E\d+)"/.exec(found.text)?.[1] ?? '';
    for (const missing of [
      'A/experiments/uids/none',
      'B/experiments/uids/s1',
      'NONE/experiments/uids/u1',
      'B/experiments/U1/scans/uids/s1',
      `A/experiments/${experimentId}/scans/uids/s1`,
    ]) {
      assert.equal((await alice.get(`${P}/subjects/${missing}`)).status, 404, missing);
    }
  });

  it('moves an experiment whose label is used again, and keeps its history', async () => {
    const first = await alice.put(`${P}/subjects/A/experiments/Move?${MR}&UID=m1`);
    const second = await alice.put(`${P}/subjects/B/experiments/Move?${MR}&UID=m2`);
    assert.deepEqual([second.status, second.text], [200, first.text]);
    assert.equal((await alice.get(`${P}/subjects/A/experiments/Move?format=json`)).status, 404);
    const { items } = JSON.parse((await alice.get(`${P}/subjects/B/experiments/Move?format=json`)).text) as {
      items: { meta: { isHistory: boolean }; data_fields: { UID: string } }[];
    };
    assert.deepEqual(
      items.map(({ meta, data_fields }) => [meta.isHistory, data_fields.UID]),
      [
        [false, 'm2'],
        [true, 'm1'],
      ],
    );
  });

  it('creates an unknown subject on the way', async () => {
    assert.equal(await statusOf(`${P}/subjects/Fresh/experiments/Fresh-1?${MR}`), 201);
    assert.equal((await alice.get(`${P}/subjects/Fresh?format=json`)).status, 200);
  });

  it('keeps one pseudonym a project', async () => {
    const post = async (subject: string, ppid: string, project = P): Promise<number> =>
      (await alice.request('POST', `${project}/subjects/${subject}/pseudonyms/${ppid}`)).status;
    const created = await alice.request('POST', `${P}/subjects/A/pseudonyms/2_25_1`);
    assert.deepEqual([created.status, created.type], [201, 'text/xml']);
    assert.match(
      created.text,
      /<ext:SubjectPseudonym id="GiftCloud_Pi\d{5}" ppid="2_25_1" subject="GiftCloud_S/,
    );
    assert.equal(await post('A', '2_25_1'), 403);
    assert.equal(await post('B', '2_25_1'), 403);
    assert.equal(await post('A', '2_25_2'), 201);
    assert.equal(await post('NONE', '2_25_3'), 404);
    assert.equal(await post('A', '2_25_3', '/data/projects/NONE'), 404);
    await alice.put('/data/projects/FETALMRI/subjects/A');
    assert.equal(await post('A', '2_25_1', '/data/projects/FETALMRI'), 201);
    assert.equal(await post('A', 'a%20b'), 201);
    for (const ppid of ['2_25_1', '2_25_2', 'a%20b']) {
      assert.match((await alice.get(`${P}/pseudonyms/${ppid}`)).text, /"label":"A"/);
    }
    assert.equal((await alice.get(`${P}/pseudonyms/2_25_*`)).status, 404);
    assert.equal((await alice.get(`${P}/pseudonyms/2_25_1`, { Accept: 'text/xml' })).type, 'text/xml');
    assert.equal((await alice.get(`${P}/pseudonyms`)).status, 400);
    const put = await alice.put(`${P}/subjects/A/pseudonyms/2_25_9`);
    assert.deepEqual([put.status, put.headers['allow']], [405, 'POST, GET, HEAD, OPTIONS']);
  });

  it('forgets the extension as a plain XNAT', async () => {
    const plain = await startSandbox({ empty: true, plainXnat: true });
    try {
      const user = await SandboxUser.signIn(plain, 'alice');
      assert.equal((await user.put(`${P}/subjects/A/experiments/E?${MR}&UID=u`)).status, 201);
      assert.equal((await user.get(`${P}/pseudonyms/x`)).status, 400);
      assert.equal((await user.get(`${P}/subjects/A/experiments/uids/u`)).status, 404);
      assert.equal((await user.get(`${P}/subjects/A/experiments/E/scans/uids/u`)).status, 404);
      const rows = await user.rows('/data/experiments?columns=label,UID&xsiType=xnat:mrSessionData&UID=u');
      assert.deepEqual(
        rows.map((row) => row['label']),
        ['E'],
      );
    } finally {
      await plain.close();
    }
  });

  it('creates a resource once', async () => {
    await alice.put(`${P}/subjects/A/experiments/R?${MR}`);
    await alice.put(`${P}/subjects/A/experiments/R/scans/1?xsiType=xnat:mrScanData`);
    const path = `${P}/subjects/A/experiments/R/scans/1/resources/DICOM?format=DICOM`;
    assert.equal(await statusOf(path), 200);
    assert.equal(await statusOf(path), 409);
    const [row] = await alice.rows(`${P}/subjects/A/experiments/R/resources?all=true`);
    assert.deepEqual(
      [row?.['label'], row?.['cat_id'], row?.['file_count'], row?.['format']],
      ['DICOM', '1', '', 'DICOM'],
    );
  });
});
