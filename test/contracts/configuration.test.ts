import { strict as assert } from 'node:assert';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { SandboxUser, type Exchanged } from '../support/sandboxRequests.js';

const STOCK =
  'project = "Unassigned" : (0008,1030) := (0008,1030)\n(0008,1030) := project\n(0010,0010) := subject\n(0010,0020) := session\n';
const ROW = 'contents create_date path project reason status tool unversioned user version';
const FILTER = '/data/config/seriesImportFilter/config';

describe('sandbox contract: scripts and filters', () => {
  let sandbox: Sandbox;
  let alice: SandboxUser;
  let admin: SandboxUser;

  before(async () => {
    sandbox = await startSandbox({ empty: true });
    alice = await SandboxUser.signIn(sandbox, 'alice');
    admin = await SandboxUser.signIn(sandbox, 'admin');
  });
  after(() => sandbox.close());

  const put = (user: SandboxUser, path: string, body: string): Promise<Exchanged> =>
    user.upload(path, body, { contentType: 'text/plain' });

  it('has the stock site script, enabled, on a fresh server', async () => {
    const [row] = await alice.rows('/data/config/anon/script');
    assert.equal(
      Object.keys(row ?? {})
        .sort()
        .join(' '),
      ROW,
    );
    assert.deepEqual([row?.['contents'], row?.['status'], row?.['version']], [STOCK, 'enabled', '1']);
    assert.equal((await alice.get('/data/config/anon/script?contents=true')).text, STOCK);
    const [script] = await alice.rows('/data/config/edit/image/dicom/script');
    assert.deepEqual([script?.['script'], script?.['project']], [STOCK, '-1']);
    const [status] = await alice.rows('/data/config/edit/image/dicom/status/');
    assert.deepEqual(Object.keys(status ?? {}).sort(), ['create_date', 'edit', 'id', 'project', 'user']);
    assert.equal(status?.['edit'], 'true');
  });

  it('keeps a project script of a member, enabled at once', async () => {
    const path = '/data/config/edit/projects/GIFTDEMO/image/dicom';
    assert.deepEqual(await alice.rows(`${path}/status`), []);
    const bob = await SandboxUser.signIn(sandbox, 'bob');
    assert.equal((await put(bob, `${path}/script`, '(0010,0030) := ""')).status, 200);
    const [status] = await alice.rows(`${path}/status`);
    assert.equal(status?.['edit'], 'true');
    const [script] = await alice.rows(`${path}/script`);
    assert.equal(script?.['script'], '(0010,0030) := ""\n');
    const [row] = await alice.rows('/data/projects/GIFTDEMO/config/anon/projects/GIFTDEMO');
    assert.equal(row?.['path'], '/projects/GIFTDEMO');
    assert.equal((await alice.get('/data/projects/GIFTDEMO/config/anon/script?format=json')).status, 404);
    assert.equal((await alice.put(`${path}/status?activate=false`)).status, 200);
    assert.equal((await alice.rows(`${path}/status`))[0]?.['edit'], 'false');
    assert.equal((await alice.get('/data/config/edit/projects/NONE/image/dicom/status')).status, 400);
  });

  it('lets only admins change the site script, and says so when it is off', async () => {
    const path = '/data/config/edit/image/dicom';
    assert.equal((await put(alice, `${path}/script`, 'x')).status, 403);
    assert.equal((await put(admin, `${path}/script`, '(0008,0080) := ""')).status, 200);
    assert.equal((await admin.put(`${path}/status?activate=false`)).status, 200);
    const [row] = await alice.rows('/data/config/anon/script');
    assert.deepEqual(
      [row?.['status'], row?.['reason'], row?.['version']],
      ['disabled', 'Setting status to disabled', '3'],
    );
    assert.equal((await alice.get('/data/config/anon/script?contents=true')).status, 404);
  });

  it('keeps series filters of site and project', async () => {
    assert.equal((await alice.get(`${FILTER}?format=json`)).status, 404);
    const contents = '{"enabled":"true","mode":"blacklist","list":"SCOUT"}';
    assert.equal((await put(alice, FILTER, contents)).status, 201);
    assert.equal((await put(admin, `${FILTER}?inbody=true`, contents)).status, 200);
    assert.equal((await alice.rows(FILTER))[0]?.['contents'], `${contents}\n`);
    assert.equal((await admin.put(`${FILTER}?status=disabled`)).status, 200);
    assert.equal((await alice.rows(FILTER))[0]?.['status'], 'disabled');
    const project = '/data/projects/GIFTDEMO/config/seriesImportFilter/config';
    assert.equal((await put(alice, project, '{"mode":"whitelist","list":"T2.*"}')).status, 201);
    const bob = await SandboxUser.signIn(sandbox, 'bob');
    assert.equal((await bob.rows(project))[0]?.['project'], 'GIFTDEMO');
  });

  it('tells members by group', async () => {
    const rows = await alice.rows('/data/projects/GIFTDEMO/users');
    assert.deepEqual(
      rows.map((row) => [row['login'], row['displayname'], row['GROUP_ID']]),
      [
        ['alice', 'Owners', 'GIFTDEMO_owner'],
        ['bob', 'Members', 'GIFTDEMO_member'],
        ['carol', 'Collaborators', 'GIFTDEMO_collaborator'],
      ],
    );
  });
});
