import { strict as assert } from 'node:assert';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { messageOf, SandboxUser } from '../support/sandboxRequests.js';

const P = '/data/projects/GIFTDEMO';
const S = `${P}/subjects/List-1`;
const E = `${S}/experiments/List-1-Study1`;

/** Keys of the rows of each list, sorted, as the recorded server sends them. */
const KEYS: readonly (readonly [path: string, keys: string])[] = [
  ['/data/projects', 'ID URI description name pi_firstname pi_lastname secondary_ID'],
  [
    '/REST/projects?owner=true&member=true',
    'description id insert_date insert_user last_accessed_2 name pi project_access project_access_img project_invs quarantine_status secondary_id user_role_2',
  ],
  [`${P}/subjects?columns=DEFAULT`, 'ID URI insert_date insert_user label project'],
  [`${P}/subjects?columns=ID,label,group,foo`, 'ID URI group label'],
  [`${P}/experiments`, 'ID URI date insert_date label project xnat:subjectassessordata/id xsiType'],
  [`${P}/experiments?columns=label`, 'URI label project xnat:subjectassessordata/id xsiType'],
  [`${P}/experiments?columns=ID,label,UID`, 'ID UID URI label project session_ID xsiType'],
  [
    `${P}/experiments?columns=ID,label,UID&xsiType=xnat:mrSessionData`,
    'ID UID URI label xnat:mrsessiondata/id',
  ],
  [`${E}/scans`, 'ID URI note quality series_description type xnat_imagescandata_id xsiType'],
  [`${E}/scans?columns=ID,UID`, 'ID UID URI xnat_imagescandata_id'],
  [
    `${E}/scans/Series1/resources`,
    'cat_desc cat_id category content element_name file_count file_size format label tags xnat_abstractresource_id',
  ],
  [
    `${E}/scans/Series1/resources/DICOM/files`,
    'Name Size URI cat_ID collection file_content file_format file_tags',
  ],
];

describe('sandbox contract: lists and documents', () => {
  let sandbox: Sandbox;
  let alice: SandboxUser;

  before(async () => {
    sandbox = await startSandbox({ empty: true });
    alice = await SandboxUser.signIn(sandbox, 'alice');
    await alice.put(`${S}?gender=female`);
    await alice.put(`${E}?xsiType=xnat:mrSessionData&UID=list-uid&date=02/20/2016`);
    await alice.put(`${E}/scans/Series1?xsiType=xnat:mrScanData&UID=scan-uid&type=T2`);
    await alice.upload(`${E}/scans/Series1/resources/DICOM/files/a.dcm?inbody=true&format=DICOM`, 'abc');
  });
  after(() => sandbox.close());

  for (const [path, keys] of KEYS) {
    it(`keys of ${path}`, async () => {
      const [row] = await alice.rows(path);
      assert.equal(
        Object.keys(row ?? {})
          .sort()
          .join(' '),
        keys,
      );
    });
  }

  it('has the blanks and the extra keys of the server in its JSON', async () => {
    const projects = await alice.get('/REST/projects?format=json&member=true&owner=true');
    assert.match(projects.text, /\], "xdat_user_id": "2","totalRecords": "2","title": "Projects"\}\}$/);
    const empty = await alice.get('/data/projects/FETALMRI/subjects?format=json');
    assert.equal(empty.text, '{"ResultSet":{"Result":[], "totalRecords": "0"}}');
    const files = await alice.get(`${E}/scans/NONE/resources/DICOM/files?format=json`);
    assert.equal(
      files.text,
      '{"ResultSet":{"Columns":[{"key":"URI","serverRoot":""}],"Result":[], "title": "Files"}}',
    );
    assert.deepEqual([files.type, files.headers['transfer-encoding']], ['application/json', 'chunked']);
  });

  it('gives the same under all four spellings', async () => {
    const texts = new Set<string>();
    for (const prefix of ['/data', '/REST', '/data/archive', '/REST/archive']) {
      texts.add((await alice.get(`${prefix}/projects/GIFTDEMO/subjects?format=json`)).text);
    }
    assert.equal(texts.size, 1);
  });

  it('ignores limit, offset and filters below a project but not across the site', async () => {
    await alice.put(`${P}/subjects/List-2`);
    assert.equal((await alice.rows(`${P}/subjects?limit=1&offset=1&label=List-2`)).length, 2);
    assert.equal(
      (await alice.rows('/data/subjects?project=GIFTDEMO&label=List-*&columns=ID,label')).length,
      2,
    );
    const one = await alice.rows('/data/subjects?project=GIFTDEMO&label=List-2&columns=ID,label');
    assert.deepEqual(
      one.map((row) => row['label']),
      ['List-2'],
    );
    const byUid = '/data/experiments?xsiType=xnat:mrSessionData&columns=ID,label,UID&UID=list-uid';
    assert.deepEqual(
      (await alice.rows(byUid)).map((row) => row['label']),
      ['List-1-Study1'],
    );
    assert.deepEqual(await alice.rows(byUid.replace('list-uid', 'other')), []);
  });

  it('sorts when asked', async () => {
    const rows = await alice.rows(`${P}/subjects?sortBy=label&sortOrder=DESC`);
    assert.deepEqual(
      rows.map((row) => row['label']),
      ['List-2', 'List-1'],
    );
  });

  it('writes CSV unquoted and XML tables', async () => {
    const csv = await alice.get('/data/projects?format=csv');
    assert.equal(csv.type, 'text/csv');
    assert.match(
      csv.text,
      /^ID,secondary_ID,name,description,pi_firstname,pi_lastname,URI\nGIFTDEMO,GIFTDEMO,/,
    );
    const xml = await alice.get('/data/projects?format=xml');
    assert.equal(xml.type, 'text/xml');
    assert.match(xml.text, /^<ResultSet totalRecords="2"><results><columns><column>ID<\/column>/);
  });

  it('gives item documents as JSON only when asked', async () => {
    const item = JSON.parse((await alice.get(`${S}?format=json`)).text) as {
      items: {
        data_fields: Record<string, unknown>;
        meta: Record<string, unknown>;
        children: { field: string }[];
      }[];
    };
    assert.deepEqual(Object.keys(item), ['items']);
    assert.deepEqual(Object.keys(item.items[0]?.data_fields ?? {}).sort(), [
      'ID',
      'gender',
      'label',
      'project',
    ]);
    assert.deepEqual(Object.keys(item.items[0]?.meta ?? {}).sort(), [
      'create_event_id',
      'isHistory',
      'start_date',
      'xsi:type',
    ]);
    assert.deepEqual(
      item.items[0]?.children.map(({ field }) => field),
      ['experiments/experiment'],
    );
    assert.equal((await alice.get(S)).type, 'text/html');
    const xml = await alice.get(`${E}?format=xml`);
    assert.match(xml.text, /<xnat:MRSession [^>]*label="List-1-Study1"/);
    assert.match(xml.text, /<xnat:MRSession [^>]*UID="list-uid"/);
  });

  it('answers the experiment for every path below it that lacks the subject', async () => {
    const answer = await alice.get(`${P}/experiments/List-1-Study1/scans?format=json`);
    assert.match(answer.text, /^\{"items":\[/);
  });

  it('refuses what it does not know with the right status', async () => {
    assert.equal((await alice.get(`${P}/foo/bar`)).status, 400);
    assert.equal((await alice.get('/data/nosuch')).status, 404);
    assert.equal((await alice.get('/data/projects/giftdemo?format=json')).status, 404);
    assert.equal((await alice.get(`${P}/subjects/a%2Fb`)).status, 400);
    const missing = await alice.get(`${P}/subjects/NONE?format=json`);
    assert.match(messageOf(missing), /does not contain a subject identifiable by the ID or label NONE/);
    assert.equal(
      (await alice.get('/data/projects?format=json')).headers['server'],
      'Noelios-Restlet-Engine/1.1.6',
    );
  });

  it('lists ten thousand subjects in one request', async () => {
    sandbox.addSubjects('FETALMRI', 10_000);
    const rows = await alice.rows('/data/projects/FETALMRI/subjects?columns=ID,label');
    assert.equal(rows.length, 10_000);
    assert.equal(rows[9_999]?.['label'], 'AutoUploadSubject10000');
  });

  it('stores custom fields of a subject and finds subjects by them', async () => {
    const column = 'xnat:subjectData/fields/field[name=ppid]/field';
    const encoded = encodeURIComponent(column);
    assert.equal((await alice.put(`${P}/subjects/Field-1?${encoded}=abc`)).status, 201);
    assert.equal((await alice.put(`${P}/subjects/Field-2`)).status, 201);
    assert.equal((await alice.put(`${P}/subjects/Field-2?${encoded}=def`)).status, 200);
    const rows = await alice.rows(`${P}/subjects?columns=label,${encoded}`);
    const row = rows.find(({ label }) => label === 'Field-2');
    assert.equal(row?.[column.toLowerCase()], 'def');
    const found = await alice.rows(`/data/subjects?project=GIFTDEMO&columns=label&${encoded}=abc`);
    assert.deepEqual(
      found.map(({ label }) => label),
      ['Field-1'],
    );
  });

  it('understands paths in any case, blank types, and columns of the scans as a row each', async () => {
    const E = '/data/projects/GIFTDEMO/subjects/Joined/experiments/Joined-1';
    await alice.put(`${E}?xsiType=xnat:mrSessionData`);
    for (const scan of ['1', '2']) await alice.put(`${E}/scans/${scan}?xsiType=xnat:mrScanData`);
    const path = '/data/experiments?project=GIFTDEMO&label=Joined-1';
    const typed = `${path}&xsiType=xnat:mrSessionData&columns=ID,xnat:mrsessiondata/subject_id`;
    const [row] = await alice.rows(typed);
    assert.match(row?.['xnat:mrsessiondata/subject_id'] ?? '', /^GiftCloud_S\d+$/);
    assert.equal((await alice.rows(`${path}&xsiType=&columns=ID,label`)).length, 1);
    const joined = await alice.rows(`${path}&xsiType=xnat:imageSessionData&columns=ID,xnat:imageScanData/ID`);
    assert.deepEqual(
      joined.map((scan) => scan['xnat:imagescandata/id']),
      ['1', '2'],
    );
  });
});
