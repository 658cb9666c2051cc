import assert from 'node:assert/strict';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import type { Archive } from '../../../src/services/xnat/archive.js';
import { openXnatArchive } from '../../../src/services/xnat/openArchive.js';

const project = 'GIFTDEMO';

describe('session of an upload', () => {
  let sandbox: Sandbox;
  const open: Archive[] = [];
  beforeEach(async () => (sandbox = await startSandbox({ empty: true, capture: true })));
  afterEach(async () => {
    await Promise.all(open.splice(0).map((archive) => archive.signOut().catch(() => undefined)));
    await sandbox.close();
  });

  const archiveOf = (userName: string, password = `sandbox-${userName}`): Archive => {
    const connection = { url: sandbox.url, userName, password: () => Promise.resolve(password) };
    const archive = openXnatArchive(connection, '0.0.0');
    open.push(archive);
    return archive;
  };
  const signIns = (): number =>
    sandbox.requests.filter(({ method, path }) => method === 'POST' && path === '/data/JSESSION').length;
  const lines = (): string[] =>
    sandbox.requests.map(({ method, path, status }) => `${method} ${path} ${status}`);

  it('is opened by the first thing that is read, without a request of its own', async () => {
    const archive = archiveOf('alice');
    assert.equal((await archive.enabledScripts(project)).length, 1);
    await archive.listSubjects(project);
    assert.equal(signIns(), 0);
    const withPassword = sandbox.requests.filter(({ headers }) => headers?.['authorization'] !== undefined);
    assert.equal(withPassword.length, 1);
    await archive.signOut();
    assert.match(lines().at(-1) ?? '', /^DELETE .*JSESSION 200/);
  });

  it('is opened as always where the server has no script', async () => {
    sandbox.faults.add({
      action: 'status',
      status: 404,
      method: 'GET',
      pathPattern: '/config/anon/script',
      times: 2,
    });
    const archive = archiveOf('alice');
    assert.deepEqual(await archive.enabledScripts(project), []);
    assert.equal(signIns(), 1);
  });

  it('sends a refused password once', async () => {
    const archive = archiveOf('alice', 'wrong');
    await assert.rejects(archive.enabledScripts(project), { code: 'SIGN_IN_REFUSED' });
    await assert.rejects(archive.enabledScripts(project), { code: 'SIGN_IN_REFUSED' });
    assert.equal(sandbox.requests.length, 1);
  });

  it('is shared by what is asked meanwhile', async () => {
    const archive = archiveOf('alice');
    await Promise.all([
      archive.enabledScripts(project),
      archive.listSubjects(project),
      archive.listProjects(),
    ]);
    const withPassword = sandbox.requests.filter(({ headers }) => headers?.['authorization'] !== undefined);
    assert.equal(withPassword.length, 1);
  });

  it('is opened again when it expired', async () => {
    const archive = archiveOf('alice');
    await archive.enabledScripts(project);
    sandbox.expireSessions();
    assert.equal((await archive.enabledScripts(project)).length, 1);
    sandbox.expireSessions();
    assert.deepEqual(await archive.listSubjects(project), []);
  });
});
