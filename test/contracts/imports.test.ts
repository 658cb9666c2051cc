import { strict as assert } from 'node:assert';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { mrSlice } from '../support/mrSlice.js';
import { messageOf, SandboxUser, type Exchanged } from '../support/sandboxRequests.js';
import { zipOf } from '../support/zipForms.js';

const ROW =
  'PROTOCOL SOURCE TIMEZONE VISIT autoarchive folderName lastmod name prevent_anon prevent_auto_commit project scan_date scan_time status subject tag timestamp uploaded url';

describe('sandbox contract: import and prearchive', () => {
  let sandbox: Sandbox;
  let alice: SandboxUser;

  before(async () => {
    sandbox = await startSandbox({ empty: true });
    alice = await SandboxUser.signIn(sandbox, 'alice');
  });
  after(() => sandbox.close());

  const importPath = (subject: string, project = 'GIFTDEMO', handler = 'DICOM-zip'): string =>
    `/REST/services/import?import-handler=${handler}&PROJECT_ID=${project}&SUBJECT_ID=${subject}&EXPT_LABEL=${subject}-Study1` +
    '&rename=true&prevent_anon=true&prevent_auto_commit=true&SOURCE=applet';
  const post = (user: SandboxUser, path: string, body: Buffer, options = {}): Promise<Exchanged> =>
    user.request('POST', path, { body, ...options });

  it('collects a study in one prearchive session and archives it on commit', async () => {
    const first = await post(
      alice,
      importPath('Imp1'),
      zipOf({ '1': mrSlice('1.2.3', 1, 1), '2': mrSlice('1.2.3', 1, 2) }),
    );
    assert.deepEqual([first.status, first.type], [200, 'text/uri-list;charset=ISO-8859-1']);
    assert.match(first.text, /^\/data\/prearchive\/projects\/GIFTDEMO\/\d{8}_\d{9}\/Imp1-Study1\r\n$/);
    const second = await post(alice, importPath('Imp1'), zipOf({ '1': mrSlice('1.2.3', 2, 1) }));
    assert.equal(second.text, first.text);

    const dave = await SandboxUser.signIn(sandbox, 'dave');
    const [row] = await dave.rows('/data/prearchive/projects/GIFTDEMO');
    assert.equal(
      Object.keys(row ?? {})
        .sort()
        .join(' '),
      ROW,
    );
    assert.deepEqual([row?.['status'], row?.['tag'], row?.['subject']], ['RECEIVING', '1.2.3', 'Imp1']);

    const address = first.text.trim();
    assert.equal((await alice.get(`${address}/scans?format=json`)).status, 404);
    const commit = await alice.request('POST', `${address}?action=commit&SOURCE=applet`);
    const archived = '/data/archive/projects/GIFTDEMO/subjects/Imp1/experiments/Imp1-Study1';
    assert.deepEqual([commit.status, commit.text, commit.headers.location], [301, archived, undefined]);
    assert.deepEqual(await alice.rows('/data/prearchive/projects/GIFTDEMO'), []);

    const [experiment] = await alice.rows('/data/projects/GIFTDEMO/subjects/Imp1/experiments');
    assert.deepEqual([experiment?.['xsiType'], experiment?.['date']], ['xnat:mrSessionData', '2016-02-20']);
    const scans = await alice.rows(`${archived}/scans`);
    assert.deepEqual(
      scans.map((scan) => [scan['ID'], scan['type']]),
      [
        ['1', 'T2 HASTE'],
        ['2', 'T2 HASTE'],
      ],
    );
    const files = await alice.rows(`${archived}/scans/1/resources/DICOM/files`);
    assert.match(files[0]?.['Name'] ?? '', /^1\.2\.3-1-1-[a-z0-9]+\.dcm$/);
    assert.equal(
      (await alice.get('/data/projects/GIFTDEMO/subjects/Imp1/experiments/uids/1.2.3')).status,
      200,
    );
  });

  it('ran the site script although prevent_anon was asked, and kept the pixels', async () => {
    const source = '/archive/projects/GIFTDEMO/subjects/Imp1/experiments/Imp1-Study1/scans/1';
    const dump = `/data/services/dicomdump?src=${source}&field=PatientName&field=00100020&field=StudyDescription`;
    const rows = await alice.rows(dump);
    assert.deepEqual(
      rows.map((row) => [row['tag1'], row['vr'], row['value']]),
      [
        ['(0008,1030)', 'LO', 'GIFTDEMO'],
        ['(0010,0010)', 'PN', 'Imp1'],
        ['(0010,0020)', 'LO', 'Imp1-Study1'],
      ],
    );
    assert.deepEqual(Object.keys(rows[0] ?? {}).sort(), ['desc', 'tag1', 'tag2', 'value', 'vr']);
    const files =
      '/data/projects/GIFTDEMO/subjects/Imp1/experiments/Imp1-Study1/scans/1/resources/DICOM/files';
    const [file] = await alice.rows(files);
    const bytes = (await alice.get(`${files}/${file?.['Name'] ?? ''}`)).bytes;
    assert.deepEqual(bytes.subarray(-64), Buffer.alloc(64, 5));
  });

  it('refuses a second commit into the session until told to replace it', async () => {
    const again = (await post(alice, importPath('Imp1'), zipOf({ '1': mrSlice('1.2.3', 1, 1) }))).text.trim();
    assert.equal((await alice.request('POST', `${again}?action=commit`)).status, 409);
    const [row] = await alice.rows('/data/prearchive/projects/GIFTDEMO');
    assert.equal(row?.['status'], 'CONFLICT');
    const archive = `/data/services/archive?src=${again.replace('/data', '')}&overwrite=delete`;
    const answer = await alice.request('POST', archive);
    assert.deepEqual(
      [answer.status, answer.text],
      [200, '/data/archive/projects/GIFTDEMO/subjects/Imp1/experiments/Imp1-Study1\r\n'],
    );
  });

  it('puts what may not go to the project under Unassigned, with 200', async () => {
    const carol = await SandboxUser.signIn(sandbox, 'carol');
    const zip = zipOf({ '1': mrSlice('1.2.4', 1, 1) });
    for (const [user, project] of [
      [carol, 'GIFTDEMO'],
      [alice, 'NONE'],
    ] as const) {
      const answer = await post(user, importPath('Imp2', project), zip);
      assert.match(answer.text, /^\/data\/prearchive\/projects\/Unassigned\//);
    }
  });

  it('answers one line a study, and none where nothing came in', async () => {
    const two = await post(
      alice,
      importPath('Imp3'),
      zipOf({ '1': mrSlice('1.2.5', 1, 1), '2': mrSlice('1.2.6', 1, 1) }),
    );
    assert.equal(two.text.split('\r\n').length, 3);
    for (const body of [Buffer.from('text'), zipOf({})]) {
      const answer = await post(alice, importPath('Imp3'), body);
      assert.deepEqual([answer.status, answer.text], [200, '']);
    }
    const filter = '{"mode":"blacklist","list":"(?i).*localizer.*"}';
    await alice.upload('/data/config/seriesImportFilter/config', filter, { contentType: 'text/plain' });
    const dropped = await post(
      alice,
      importPath('Imp4'),
      zipOf({ '1': mrSlice('1.2.7', 1, 1, { description: 'Localizer 3 plane' }) }),
    );
    assert.deepEqual([dropped.status, dropped.text], [200, '']);
  });

  it('refuses other content with 400 and unknown handlers with 404', async () => {
    const text = await post(alice, importPath('Imp5'), zipOf({ 'a.txt': 'no image' }));
    assert.deepEqual([text.status, messageOf(text)], [400, 'unable to read DICOM object a.txt']);
    assert.equal((await post(alice, importPath('Imp5'), Buffer.alloc(0))).status, 400);
    assert.equal((await post(alice, importPath('Imp5'), zipOf({}), { chunked: true })).status, 400);
    assert.equal((await post(alice, importPath('Imp5', 'GIFTDEMO', 'NOPE'), zipOf({}))).status, 404);
  });

  it('leaves sessions of a project with code 0 in the prearchive', async () => {
    assert.equal((await alice.put('/data/projects/GIFTDEMO/prearchive_code/0')).status, 200);
    assert.equal((await alice.get('/data/projects/GIFTDEMO/prearchive_code')).text, '0');
    const address = (
      await post(alice, importPath('Imp6'), zipOf({ '1': mrSlice('1.2.8', 1, 1) }))
    ).text.trim();
    const commit = await alice.request('POST', `${address}?action=commit`);
    assert.deepEqual([commit.status, commit.text], [200, address]);
    assert.equal((await alice.request('DELETE', address)).status, 200);
  });

  it('archives at once with the default handler', async () => {
    const path = '/data/services/import?PROJECT_ID=GIFTDEMO&SUBJECT_ID=Imp7&EXPT_LABEL=Imp7-Study1';
    const answer = await post(alice, path, zipOf({ '1': mrSlice('1.2.9', 1, 1) }));
    assert.equal(answer.text, '/data/archive/projects/GIFTDEMO/subjects/Imp7/experiments/Imp7-Study1\r\n');
  });

  it('replaces a stored UID when headers are pulled', async () => {
    const E = '/data/projects/GIFTDEMO/subjects/Pull/experiments/Pull-1';
    await alice.put(`${E}?xsiType=xnat:mrSessionData&UID=hash`);
    await alice.put(`${E}/scans/S?xsiType=xnat:mrScanData`);
    await alice.upload(
      `${E}/scans/S/resources/DICOM/files/a.zip?extract=true`,
      zipOf({ a: mrSlice('1.2.10', 1, 1) }),
    );
    assert.equal((await alice.put(`${E}?pullDataFromHeaders=true`)).status, 200);
    const uids = '/data/projects/GIFTDEMO/subjects/Pull/experiments/uids';
    assert.equal((await alice.get(`${uids}/hash`)).status, 404);
    assert.equal((await alice.get(`${uids}/1.2.10`)).status, 200);
  });

  it('dumps headers of a file, and tells what it can not', async () => {
    const source = '/archive/projects/GIFTDEMO/experiments/Pull-1/scans/S/resources/DICOM/files/a';
    const rows = await alice.rows(`/data/services/dicomdump?src=${source}`);
    const tags = rows.map((row) => row['tag1']);
    assert.ok(tags.includes('(0002,0010)') && tags.includes('(0020,000D)') && !tags.includes('(7FE0,0010)'));
    const status = async (query: string): Promise<number> =>
      (await alice.get(`/data/services/dicomdump?format=json${query}`)).status;
    assert.equal(await status(''), 400);
    assert.equal(await status('&src=/archive/projects/GIFTDEMO/experiments/NONE/scans/1'), 400);
    assert.deepEqual(await alice.rows('/data/services/dicomdump?src=/data/projects/GIFTDEMO'), []);
  });

  it('imports a file that was put into the cache', async () => {
    const cache = '/data/user/cache/resources/r1/files';
    assert.equal(
      (await alice.upload(`${cache}/x.zip?inbody=true`, zipOf({ a: mrSlice('1.2.11', 1, 1) }))).status,
      200,
    );
    assert.equal((await alice.rows(cache))[0]?.['Name'], 'x.zip');
    const path = `${importPath('Imp8')}&src=/user/cache/resources/r1/files/x.zip`;
    assert.match((await alice.request('POST', path)).text, /Imp8-Study1\r\n$/);
  });
});
