import { strict as assert } from 'node:assert';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { buildDicom } from '../support/dicomBuilder.js';
import { messageOf, SandboxUser } from '../support/sandboxRequests.js';
import { zipOf } from '../support/zipForms.js';

const P = '/data/projects/GIFTDEMO';

interface Item {
  readonly meta: Readonly<Record<string, unknown>>;
  readonly data_fields: Readonly<Record<string, unknown>>;
  readonly children: readonly { readonly field: string; readonly items: readonly Item[] }[];
}

/** A small image of a made-up series with two rows and three columns. */
function image(study: string, instance: number): Buffer {
  const rows: readonly (readonly [number, string, string])[] = [
    [0x00080008, 'CS', 'DERIVED\\SECONDARY'],
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.4'],
    [0x00080018, 'UI', `${study}.4.${instance}`],
    [0x00080060, 'CS', 'MR'],
    [0x00080070, 'LO', 'Phantom Works'],
    [0x0008103e, 'LO', 'T1 sag'],
    [0x00100010, 'PN', 'Made^Up'],
    [0x00100030, 'DA', '19700101'],
    [0x0020000d, 'UI', study],
    [0x0020000e, 'UI', `${study}.4`],
    [0x00200011, 'IS', '4'],
    [0x00200013, 'IS', String(instance)],
  ];
  return buildDicom(
    [
      ...rows.map(([tag, vr, value]) => ({ tag, vr, value })),
      { tag: 0x00280010, vr: 'US', value: Buffer.of(2, 0) },
      { tag: 0x00280011, vr: 'US', value: Buffer.of(3, 0) },
      { tag: 0x7fe00010, vr: 'OW', value: Buffer.alloc(12, 1) },
    ],
    {},
  );
}

describe('sandbox contract: documents', () => {
  let sandbox: Sandbox;
  let alice: SandboxUser;

  before(async () => {
    sandbox = await startSandbox({ empty: true });
    alice = await SandboxUser.signIn(sandbox, 'alice');
  });
  after(() => sandbox.close());

  const itemOf = async (path: string): Promise<Item> => {
    const answer = await alice.get(`${path}?format=json`);
    assert.equal(answer.status, 200);
    const [item] = (JSON.parse(answer.text) as { items: Item[] }).items;
    assert.ok(item);
    return item;
  };
  const scansOf = (item: Item): readonly Item[] =>
    item.children.find(({ field }) => field === 'scans/scan')?.items ?? [];

  it('shows every scan of a session with the type of the session, in the list with its own', async () => {
    const E = `${P}/subjects/Doc/experiments/Doc-1`;
    await alice.put(`${E}?xsiType=xnat:mrSessionData`);
    await alice.put(`${E}/scans/US?xsiType=xnat:usScanData`);
    assert.equal((await alice.rows(`${E}/scans`))[0]?.['xsiType'], 'xnat:usScanData');
    assert.equal(scansOf(await itemOf(E))[0]?.meta['xsi:type'], 'xnat:mrScanData');
    assert.equal((await itemOf(`${E}/scans/US`)).meta['xsi:type'], 'xnat:usScanData');
  });

  it('names the place of a catalogue as the server files it', async () => {
    const E = `${P}/subjects/Doc/experiments/Doc-2`;
    await alice.put(`${E}?xsiType=xnat:ctSessionData`);
    await alice.put(`${E}/scans/4?xsiType=xnat:ctScanData`);
    for (const path of [`${E}/scans/4`, E, P]) await alice.put(`${path}/resources/NOTES`);
    const uri = (item: Item): unknown =>
      item.children.find(({ field }) => /^(file|resources\/resource)$/.test(field))?.items[0]?.data_fields[
        'URI'
      ];
    const root = `${sandbox.archiveFolder}/GIFTDEMO`;
    assert.equal(uri(await itemOf(`${E}/scans/4`)), `${root}/arc001/Doc-2/SCANS/4/NOTES/NOTES_catalog.xml`);
    assert.equal(uri(await itemOf(E)), `${root}/arc001/Doc-2/RESOURCES/NOTES/NOTES_catalog.xml`);
    assert.equal(uri(await itemOf(P)), `${root}/resources/NOTES/NOTES_catalog.xml`);
  });

  it('takes scanner, matrix, image type and frames from imported series, numbers as numbers', async () => {
    const zip = zipOf({ '1': image('1.2.44', 1), '2': image('1.2.44', 2) });
    const path =
      '/data/services/import?import-handler=DICOM-zip&PROJECT_ID=GIFTDEMO&SUBJECT_ID=Imp&EXPT_LABEL=Imp-1';
    const address = (await alice.request('POST', path, { body: zip })).text.trim();
    const before = await alice.get(
      `/data/services/dicomdump?format=json&src=${address.replace('/data', '')}/scans/4`,
    );
    const folder = sandbox.archiveFolder.replace(/archive$/, 'prearchive');
    assert.equal(before.status, 404);
    assert.match(messageOf(before), new RegExp(`^${folder}/GIFTDEMO/[0-9_]+/Imp-1\\.xml \\(No such file`));
    assert.equal((await alice.request('POST', `${address}?action=commit`)).status, 301);
    const [scan] = scansOf(await itemOf(`${P}/subjects/Imp/experiments/Imp-1`));
    const { UID, frames, type, ...fields } = scan?.data_fields ?? {};
    assert.deepEqual([UID, frames, type, fields['quality']], ['1.2.44.4', 2, 'T1 sag', 'usable']);
    assert.deepEqual([fields['parameters/fov/x'], fields['parameters/fov/y']], [3, 2]);
    assert.equal(fields['parameters/imageType'], 'DERIVED\\\\SECONDARY');
    assert.equal(fields['scanner/manufacturer'], 'Phantom Works');
  });

  it('leaves a scan with an empty resource behind when headers are pulled', async () => {
    const E = `${P}/subjects/Doc/experiments/Doc-3`;
    await alice.put(`${E}?xsiType=xnat:mrSessionData`);
    await alice.put(`${E}/scans/S?xsiType=xnat:mrScanData`);
    await alice.upload(
      `${E}/scans/S/resources/DICOM/files/x.zip?extract=true`,
      zipOf({ a: image('1.2.45', 1) }),
    );
    await alice.put(`${E}?pullDataFromHeaders=true`);
    const rows = await alice.rows(`${E}/resources?all=true`);
    assert.deepEqual(
      rows.map((row) => [row['cat_id'], row['label'], row['content'], row['file_count']]),
      [
        ['S', 'DICOM', '', '1'],
        ['4', 'DICOM', 'RAW', ''],
      ],
    );
  });

  it('writes XML with all namespaces, identifiers first, and nothing inside where nothing is', async () => {
    await alice.put(`${P}/subjects/Xml`);
    await alice.request('POST', `${P}/subjects/Xml/pseudonyms/xmlp`);
    const answer = await alice.get(`${P}/pseudonyms/xmlp`, { Accept: 'text/xml' });
    assert.match(
      answer.text,
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<xnat:Subject ID="GiftCloud_S\d+" project="GIFTDEMO" label="Xml" xmlns:arc=.*\/>\n$/,
    );
    for (const prefix of ['cat', 'ext', 'pipe', 'prov', 'xnat', 'xnat_a', 'xsi']) {
      assert.ok(answer.text.includes(` xmlns:${prefix}="`), prefix);
    }
  });

  it('names attributes in a header dump as people do', async () => {
    const source = '/archive/projects/GIFTDEMO/experiments/Doc-3/scans/S';
    const rows = await alice.rows(`/data/services/dicomdump?src=${source}`);
    const names = rows.map(({ desc }) => desc);
    for (const name of ["Patient's Name", "Patient's Birth Date", 'Series Description']) {
      assert.ok(names.includes(name), names.join(', '));
    }
  });

  it('answers a share with a page, and lists subjects by age wherever they come from', async () => {
    await alice.put(`${P}/subjects/Shared`);
    const bob = await SandboxUser.signIn(sandbox, 'bob');
    await bob.put('/data/projects/FETALMRI/subjects/Own');
    const answer = await bob.put(`${P}/subjects/Shared/projects/FETALMRI?label=Guest`);
    assert.deepEqual([answer.status, answer.type], [200, 'text/html']);
    assert.match(answer.text, /<table class="x_rs_t"[\s\S]*<th>Secondary_ID<\/th>[\s\S]*<td>Shared<\/td>/);
    const labels = (await bob.rows('/data/projects/FETALMRI/subjects')).map(({ label }) => label);
    assert.deepEqual(labels, ['Guest', 'Own']);
  });
});
