import { strict as assert } from 'node:assert';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { mrSlice } from '../support/mrSlice.js';
import { messageOf, SandboxUser, type Exchanged } from '../support/sandboxRequests.js';
import { zipOf } from '../support/zipForms.js';

const P = '/data/projects/GIFTDEMO';

/** XNAT as it comes: what its source says where nothing was recorded, see docs/sandbox.md. */
describe('sandbox contract: plain XNAT', () => {
  let sandbox: Sandbox;
  let alice: SandboxUser;
  before(async () => {
    sandbox = await startSandbox({ empty: true, plainXnat: true });
    alice = await SandboxUser.signIn(sandbox, 'alice');
  });
  after(() => sandbox.close());

  const send = async (
    label: string,
    files: Readonly<Record<string, Buffer>>,
    more = '',
    user = alice,
  ): Promise<string> => {
    const [subject = ''] = label.split('-');
    const path =
      `/data/services/import?import-handler=DICOM-zip&PROJECT_ID=GIFTDEMO&SUBJECT_ID=${subject}&EXPT_LABEL=${label}` +
      `&rename=false&prevent_anon=true&prevent_auto_commit=true&SOURCE=me${more}`;
    return (await user.request('POST', path, { body: zipOf(files) })).text.trim();
  };
  const commit = (address: string): Promise<Exchanged> =>
    alice.request('POST', `${address}?action=commit&SOURCE=me`);
  const sessionOf = (label: string): string =>
    `${P}/subjects/${label.split('-')[0] ?? ''}/experiments/${label}`;
  const filesOf = async (label: string, scan: string): Promise<readonly string[]> => {
    const rows = await alice.rows(`${sessionOf(label)}/scans/${scan}/resources/DICOM/files`);
    return rows.map((row) => row['Name'] ?? '').toSorted();
  };

  it('is told from a server with the extension by two addresses that lead nowhere', async () => {
    const statuses = async (user: SandboxUser): Promise<readonly number[]> => [
      (await user.get(`${P}/pseudonyms/nobody`)).status,
      (await user.get(`${P}/nothing/nobody`)).status,
    ];
    assert.deepEqual(await statuses(alice), [400, 400]);
    const other = await startSandbox({ empty: true });
    try {
      assert.deepEqual(await statuses(await SandboxUser.signIn(other, 'alice')), [404, 400]);
    } finally {
      await other.close();
    }
  });

  it('keeps names and bytes of what is imported with prevent_anon and without rename', async () => {
    const bytes = mrSlice('1.2.1', 1, 1);
    assert.equal((await commit(await send('A-1', { 'deep/1.2.1.1.1.dcm': bytes }))).status, 301);
    assert.deepEqual(await filesOf('A-1', '1'), ['1.2.1.1.1.dcm']);
    const file = await alice.get(`${sessionOf('A-1')}/scans/1/resources/DICOM/files/1.2.1.1.1.dcm`);
    assert.deepEqual(file.bytes, bytes);
    const [session] = await alice.rows(`${P}/experiments?columns=label,UID`);
    assert.deepEqual([session?.['label'], session?.['UID']], ['A-1', '1.2.1']);
  });

  it('runs its scripts all the same where it is told to ignore prevent_anon', async () => {
    const other = await startSandbox({ empty: true, plainXnat: true, ignorePreventAnon: true });
    try {
      const user = await SandboxUser.signIn(other, 'alice');
      const address = await send('A-1', { 'a.dcm': mrSlice('1.2.1', 1, 1) }, '', user);
      await user.request('POST', `${address}?action=commit`);
      const dump =
        '/data/services/dicomdump?src=/archive/projects/GIFTDEMO/experiments/A-1/scans/1&field=PatientID';
      assert.equal((await user.rows(dump))[0]?.['value'], 'A-1');
    } finally {
      await other.close();
    }
  });

  it('tells series with one number apart', async () => {
    const files = {
      a: mrSlice('1.2.2', 1, 1, { seriesNumber: 7 }),
      b: mrSlice('1.2.2', 2, 1, { seriesNumber: 7 }),
    };
    await commit(await send('B-1', files));
    const scans = await alice.rows(`${sessionOf('B-1')}/scans?columns=ID,UID`);
    assert.deepEqual(
      scans.map((scan) => [scan['ID'], scan['UID']]),
      [
        ['7', '1.2.2.1'],
        ['7-MR1', '1.2.2.2'],
      ],
    );
  });

  describe('when an experiment is there already', () => {
    before(async () => {
      await commit(await send('C-1', { 'one.dcm': mrSlice('1.2.3', 1, 1) }));
    });

    it('refuses more of it unless told to append', async () => {
      const address = await send('C-1', { 'two.dcm': mrSlice('1.2.3', 1, 2) });
      const answer = await commit(address);
      assert.deepEqual([answer.status, /retry with overwrite/.test(messageOf(answer))], [409, true]);
      const [row] = await alice.rows('/data/prearchive/projects/GIFTDEMO');
      assert.equal(row?.['status'], 'CONFLICT');
      assert.equal((await alice.request('DELETE', address)).status, 200);
    });

    it('adds what is new when told to append, and replaces nothing', async () => {
      const files = { 'one.dcm': mrSlice('1.2.3', 1, 9), 'two.dcm': mrSlice('1.2.3', 1, 2) };
      assert.equal((await commit(await send('C-1', files, '&overwrite=append'))).status, 301);
      assert.deepEqual(await filesOf('C-1', '1'), ['one.dcm', 'two.dcm']);
      const one = await alice.get(`${sessionOf('C-1')}/scans/1/resources/DICOM/files/one.dcm`);
      assert.deepEqual(one.bytes, mrSlice('1.2.3', 1, 1));
    });

    for (const [what, label, file] of [
      ['another study', 'C-1', mrSlice('1.2.33', 1, 1)],
      ['the study under another label', 'C-2', mrSlice('1.2.3', 5, 1)],
      [
        'another series with the number of one that is there',
        'C-1',
        mrSlice('1.2.3', 6, 1, { seriesNumber: 1 }),
      ],
      ['a series that is there under another number', 'C-1', mrSlice('1.2.3', 1, 3, { seriesNumber: 8 })],
    ] as const) {
      it(`refuses ${what}`, async () => {
        const address = await send(label, { 'x.dcm': file }, '&overwrite=append');
        assert.equal((await commit(address)).status, 409);
        await alice.request('DELETE', address);
      });
    }
  });

  it('lets one of several commits through', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [`${at}.dcm`, mrSlice('1.2.4', 1, at)] as const),
    );
    const address = await send('D-1', files);
    const answers = await Promise.all([commit(address), commit(address), commit(address)]);
    const statuses = answers.map(({ status }) => status).toSorted();
    assert.equal(statuses[0], 301);
    assert.ok(
      statuses.slice(1).every((status) => status === 409 || status === 404),
      statuses.join(),
    );
    assert.equal((await filesOf('D-1', '1')).length, 40);
  });
});
