import { strict as assert } from 'node:assert';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { basic, messageOf, SandboxUser, send } from '../support/sandboxRequests.js';

describe('sandbox contract: sign-in and sessions', () => {
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await startSandbox({ empty: true });
  });
  after(() => sandbox.close());

  it('answers the session id alone, equal to the cookie', async () => {
    for (const path of ['/data/JSESSION', '/REST/JSESSION', '/data/JSESSION?CSRF=true']) {
      const answer = await send(sandbox, 'POST', path, { headers: basic('alice') });
      assert.equal(answer.status, 200);
      assert.equal(answer.type, 'text/plain;charset=ISO-8859-1');
      assert.match(answer.text, /^[0-9A-F]{32}$/);
      const cookies = answer.headers['set-cookie'] ?? [];
      assert.ok(cookies.some((cookie) => cookie.startsWith(`JSESSIONID=${answer.text};`)));
      assert.ok(cookies.some((cookie) => /^SESSION_EXPIRATION_TIME="\d+,900000"/.test(cookie)));
    }
  });

  it('does not know sessions below the archive', async () => {
    const answer = await send(sandbox, 'POST', '/data/archive/JSESSION', { headers: basic('alice') });
    assert.equal(answer.status, 404);
  });

  it('tells a refused password apart from a missing session', async () => {
    const refused = await send(sandbox, 'POST', '/data/JSESSION', { headers: basic('alice', 'wrong') });
    assert.equal(refused.status, 401);
    assert.equal(refused.headers['www-authenticate'], undefined);
    assert.equal(refused.type, 'text/html;charset=utf-8');
    for (const headers of [{}, { Cookie: 'JSESSIONID=0123456789ABCDEF0123456789ABCDEF' }]) {
      const missing = await send(sandbox, 'GET', '/data/projects?format=json', { headers });
      assert.equal(missing.status, 401);
      assert.equal(missing.headers['www-authenticate'], 'Basic realm="XNAT Protected Area"');
      assert.equal(messageOf(missing), 'The request requires user authentication');
    }
  });

  it('sends a browser the login page instead of a challenge', async () => {
    const headers = { 'User-Agent': 'Mozilla/5.0 Electron' };
    const answer = await send(sandbox, 'GET', '/data/projects?format=json', { headers });
    assert.deepEqual([answer.status, answer.type], [401, 'text/html']);
    assert.equal(answer.headers['www-authenticate'], undefined);
  });

  it('says who is signed in and forgets the session on DELETE', async () => {
    const alice = await SandboxUser.signIn(sandbox, 'alice');
    assert.equal((await alice.get('/data/auth')).text, "User 'alice' is logged in.");
    assert.equal((await alice.request('DELETE', '/data/JSESSION')).status, 200);
    assert.equal((await alice.get('/data/auth')).status, 401);
  });

  it('keeps the session of a cookie for the same user and ends it for another', async () => {
    const alice = await SandboxUser.signIn(sandbox, 'alice');
    const again = await alice.request('POST', '/data/JSESSION', { headers: basic('alice') });
    assert.equal(again.text, alice.cookie);
    assert.equal((await alice.get('/data/auth', basic('bob'))).text, "User 'bob' is logged in.");
    assert.equal((await alice.get('/data/auth')).status, 401);
  });

  it('takes a form, with 500 for a wrong password', async () => {
    const form = { contentType: 'application/x-www-form-urlencoded' };
    const right = 'username=alice&password=sandbox-alice';
    const good = await send(sandbox, 'PUT', '/data/services/auth', { ...form, body: right });
    assert.deepEqual([good.status, good.text], [200, '']);
    const bad = await send(sandbox, 'PUT', '/data/services/auth', {
      ...form,
      body: 'username=alice&password=x',
    });
    assert.deepEqual([bad.status, messageOf(bad)], [500, 'Bad credentials']);
  });

  it('breaks on Bearer and tells its version to anybody', async () => {
    const bearer = await send(sandbox, 'GET', '/data/auth', { headers: { Authorization: 'Bearer x' } });
    assert.equal(bearer.status, 500);
    assert.equal((await send(sandbox, 'GET', '/data/version')).text, 'Unknown version');
    assert.equal((await send(sandbox, 'GET', '/xapi/siteConfig/buildInfo')).status, 404);
  });

  it('sends an account that is not approved to a page of its own', async () => {
    const answer = await send(sandbox, 'POST', '/data/JSESSION', { headers: basic('erin') });
    assert.equal(answer.status, 302);
    assert.match(answer.headers.location ?? '', /InactiveAccount\.vm$/);
  });

  it('issues alias tokens that work as user names', async () => {
    const alice = await SandboxUser.signIn(sandbox, 'alice');
    const issued = JSON.parse((await alice.get('/data/services/tokens/issue')).text) as Record<
      string,
      string
    >;
    assert.deepEqual(Object.keys(issued).sort(), ['alias', 'secret']);
    const headers = basic(issued['alias'] ?? '', issued['secret'] ?? '');
    assert.equal((await send(sandbox, 'GET', '/data/auth', { headers })).text, "User 'alice' is logged in.");
  });

  it('locks an account after twenty wrong passwords, also for the right one', async () => {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await send(sandbox, 'GET', '/data/auth', { headers: basic('bob', 'wrong') });
    }
    assert.equal((await send(sandbox, 'GET', '/data/auth', { headers: basic('bob') })).status, 401);
    assert.equal((await send(sandbox, 'GET', '/data/auth', { headers: basic('carol') })).status, 200);
  });

  it('ends sessions that were idle too long, and all of them on demand', async () => {
    const impatient = await startSandbox({ empty: true, sessionTimeoutMs: -1 });
    try {
      const alice = await SandboxUser.signIn(impatient, 'alice');
      assert.equal((await alice.get('/data/auth')).status, 401);
    } finally {
      await impatient.close();
    }
    const carol = await SandboxUser.signIn(sandbox, 'carol');
    sandbox.expireSessions();
    assert.equal((await carol.get('/data/auth')).status, 401);
  });
});
