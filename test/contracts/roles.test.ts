import { strict as assert } from 'node:assert';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { SandboxUser } from '../support/sandboxRequests.js';
import { zipOf } from '../support/zipForms.js';

const P = '/data/archive/projects/GIFTDEMO';
const S = `${P}/subjects/Roles-1`;
const E = `${S}/experiments/Roles-1-Study1`;
const FILES = `${E}/scans/Series1/resources/DICOM/files`;

/** Statuses by user: owner, member, collaborator, no role. */
type Statuses = readonly [alice: number, bob: number, carol: number, dave: number];

/** What the recorded server answers a private project's users; a refusal is never 401. */
const PRIVATE: readonly (readonly [method: string, path: string, statuses: Statuses])[] = [
  ['GET', '/data/projects/GIFTDEMO?format=json', [200, 200, 200, 404]],
  ['GET', '/REST/projects/GIFTDEMO/subjects?format=json', [200, 200, 200, 404]],
  ['GET', `${S}?format=json`, [200, 200, 200, 404]],
  ['GET', '/data/projects/GIFTDEMO/experiments?format=json', [200, 200, 200, 404]],
  ['GET', `${E}?format=json`, [200, 200, 200, 404]],
  ['GET', `${E}/scans?format=json`, [200, 200, 200, 500]],
  ['GET', `${FILES}?format=json`, [200, 200, 200, 404]],
  ['GET', `${P}/pseudonyms/known`, [200, 200, 200, 404]],
  ['POST', `${S}/pseudonyms/by-USER`, [201, 201, 201, 404]],
  ['GET', `${S}/experiments/uids/study-uid`, [200, 200, 200, 404]],
  ['GET', `${E}/scans/uids/series-uid`, [200, 200, 200, 404]],
  ['PUT', `${P}/subjects/New-USER`, [201, 201, 403, 422]],
  ['PUT', `${S}/experiments/New-USER?xsiType=xnat:mrSessionData`, [201, 201, 403, 404]],
  ['PUT', `${E}/scans/New-USER?xsiType=xnat:mrScanData`, [200, 200, 403, 417]],
  ['PUT', `${E}/scans/Series1/resources/New-USER?format=DICOM`, [200, 200, 403, 404]],
  ['GET', '/data/config/edit/projects/GIFTDEMO/image/dicom/status/?format=json', [200, 200, 403, 403]],
  ['GET', '/data/projects/GIFTDEMO/config/seriesImportFilter/config', [404, 404, 404, 500]],
  ['DELETE', `${FILES}/missing.dcm`, [200, 403, 403, 404]],
  ['PUT', '/data/projects/GIFTDEMO/users/Members/dave-USER', [404, 403, 403, 404]],
];

/** The same for somebody without a role in projects that are visible or readable to all. */
const OUTSIDER: readonly (readonly [method: string, path: string, isProtected: number, isPublic: number])[] =
  [
    ['GET', '/data/projects/GIFTDEMO?format=json', 200, 200],
    ['GET', '/data/projects?format=json', 200, 200],
    ['GET', '/data/projects/GIFTDEMO/subjects?format=json', 500, 200],
    ['GET', '/data/projects/GIFTDEMO/experiments?format=json', 403, 200],
    ['GET', `${P}/pseudonyms/known`, 404, 200],
    ['POST', `${S}/pseudonyms/outside`, 404, 201],
    ['PUT', `${P}/subjects/Outside`, 403, 403],
    ['PUT', `${S}/experiments/Outside?xsiType=xnat:mrSessionData`, 403, 403],
    ['PUT', `${E}/scans/Outside?xsiType=xnat:mrScanData`, 417, 403],
    ['GET', `${FILES}?format=json`, 404, 200],
  ];

describe('sandbox contract: roles', () => {
  let sandbox: Sandbox;
  let users: Record<'alice' | 'bob' | 'carol' | 'dave' | 'admin', SandboxUser>;

  before(async () => {
    sandbox = await startSandbox({ empty: true });
    const signIn = (name: string): Promise<SandboxUser> => SandboxUser.signIn(sandbox, name);
    const [alice, bob, carol, dave, admin] = await Promise.all(
      ['alice', 'bob', 'carol', 'dave', 'admin'].map(signIn),
    );
    assert.ok(alice && bob && carol && dave && admin);
    users = { alice, bob, carol, dave, admin };
    await alice.put(S);
    await alice.put(`${E}?xsiType=xnat:mrSessionData&UID=study-uid`);
    await alice.put(`${E}/scans/Series1?xsiType=xnat:mrScanData&UID=series-uid`);
    await alice.put(`${E}/scans/Series1/resources/DICOM?format=DICOM`);
    await alice.request('POST', `${S}/pseudonyms/known`);
  });
  after(() => sandbox.close());

  for (const [method, path, statuses] of PRIVATE) {
    it(`${method} ${path}`, async () => {
      const names = ['alice', 'bob', 'carol', 'dave'] as const;
      const answered: number[] = [];
      for (const name of names) {
        answered.push((await users[name].request(method, path.replace('USER', name))).status);
      }
      assert.deepEqual(answered, statuses);
    });
  }

  it('answers 200 to an upload of a collaborator and stores nothing', async () => {
    const zip = zipOf({ 'a.dcm': 'a' });
    const answer = await users.carol.upload(`${FILES}/x.zip?extract=true`, zip);
    assert.deepEqual([answer.status, answer.type, answer.text], [200, '', '']);
    assert.deepEqual(await users.alice.rows(FILES), []);
    assert.equal((await users.dave.upload(`${FILES}/x.zip?extract=true`, zip)).status, 404);
  });

  it('keeps a file of a member out of a project resource, also with 200', async () => {
    const files = '/data/projects/GIFTDEMO/resources/MARKER/files';
    assert.equal((await users.alice.put('/data/projects/GIFTDEMO/resources/MARKER')).status, 200);
    assert.equal((await users.bob.upload(`${files}/bob.txt?inbody=true`, 'bob')).status, 200);
    assert.equal((await users.alice.upload(`${files}/alice.txt?inbody=true`, 'alice')).status, 200);
    assert.deepEqual(
      (await users.bob.rows(files)).map((row) => row['Name']),
      ['alice.txt'],
    );
  });

  it('gives members the files of a project resource, 404 for what is not there, and owners may replace them', async () => {
    const file = (resource: string, name: string): string =>
      `/data/archive/projects/GIFTDEMO/resources/${resource}/files/${name}`;
    // The resource is made with its first file.
    const put = (user: SandboxUser, text: string) =>
      user.upload(`${file('NOTE', 'note.json')}?inbody=true&overwrite=true`, text);
    assert.equal((await users.bob.get(file('NOTE', 'note.json'))).status, 404);
    assert.equal((await put(users.bob, 'bob')).status, 200);
    assert.equal((await users.bob.get(file('NOTE', 'note.json'))).status, 404);
    for (const text of ['one', 'two']) {
      assert.equal((await put(users.alice, text)).status, 200);
      assert.equal((await users.bob.get(file('NOTE', 'note.json'))).text, text);
      assert.equal((await users.carol.get(file('NOTE', 'note.json'))).text, text);
    }
    assert.equal((await put(users.bob, 'bob')).status, 200);
    assert.equal((await users.alice.get(file('NOTE', 'note.json'))).text, 'two');
    assert.equal((await users.dave.get(file('NOTE', 'note.json'))).status, 404);
    assert.equal((await users.alice.get(file('NOTE', 'other.json'))).status, 404);
    assert.equal((await users.alice.get(file('NONE', 'note.json'))).status, 404);
  });

  it('lists projects by role only where a role was asked for', async () => {
    const byRole = '/REST/projects?owner=true&member=true';
    const ids = async (user: SandboxUser, path: string): Promise<unknown[]> =>
      (await user.rows(path)).map((row) => row['ID'] ?? row['id']);
    assert.deepEqual(await ids(users.alice, byRole), ['GIFTDEMO', 'FETALMRI']);
    assert.deepEqual(await ids(users.carol, byRole), []);
    assert.deepEqual(await ids(users.admin, byRole), []);
    assert.deepEqual(await ids(users.carol, '/data/projects?accessible=true'), ['GIFTDEMO']);
    assert.deepEqual(await ids(users.carol, '/data/projects'), ['GIFTDEMO']);
    assert.equal((await users.dave.get('/data/projects?format=json')).status, 403);
  });

  it('shows outsiders what accessibility allows', async () => {
    for (const [index, value] of (['protected', 'public'] as const).entries()) {
      const answer = await users.alice.put(`/data/projects/GIFTDEMO/accessibility/${value}`);
      assert.equal(answer.text, value);
      for (const row of OUTSIDER) {
        const [method, path] = row;
        const status = (await users.dave.request(method, path)).status;
        assert.equal(status, row[index === 0 ? 2 : 3], `${value}: ${method} ${path}`);
      }
    }
    await users.alice.put('/data/projects/GIFTDEMO/accessibility/private');
  });

  it('keeps the groups that a session has seen', async () => {
    const users1 = '/data/projects/FETALMRI/users/Members';
    const carol = await SandboxUser.signIn(sandbox, 'carol');
    assert.equal((await users.bob.put(`${users1}/carol`)).status, 200);
    assert.equal((await carol.put('/data/projects/FETALMRI/subjects/Carol-1')).status, 422);
    const fresh = await SandboxUser.signIn(sandbox, 'carol');
    assert.equal((await fresh.put('/data/projects/FETALMRI/subjects/Carol-1')).status, 201);
    assert.equal((await users.bob.request('DELETE', `${users1}/carol`)).status, 200);
    assert.equal((await fresh.get('/data/projects/FETALMRI?format=json')).status, 200);
    const latest = await SandboxUser.signIn(sandbox, 'carol');
    assert.equal((await latest.get('/data/projects/FETALMRI?format=json')).status, 404);
  });

  it('lets only owners delete', async () => {
    assert.equal((await users.bob.request('DELETE', `${E}?removeFiles=true`)).status, 403);
    assert.equal((await users.bob.request('DELETE', `${S}?removeFiles=true`)).status, 403);
    assert.equal((await users.alice.request('DELETE', `${S}?removeFiles=true`)).status, 200);
    assert.equal((await users.alice.get(`${P}/pseudonyms/known`)).status, 404);
    assert.equal((await users.alice.request('DELETE', S)).status, 404);
  });
});
