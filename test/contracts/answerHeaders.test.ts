import { strict as assert } from 'node:assert';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { messageOf, SandboxUser, send, type Exchanged } from '../support/sandboxRequests.js';

const ACCEPT = 'Accept-Charset, Accept-Encoding, Accept-Language, Accept';
const APPLICATION = 'Noelios-Restlet-Engine/1.1.6';

describe('sandbox contract: what goes with an answer', () => {
  let sandbox: Sandbox;
  let alice: SandboxUser;

  before(async () => {
    sandbox = await startSandbox({ empty: true, contextPath: '/gift' });
    alice = await SandboxUser.signIn(sandbox, 'alice');
  });
  after(() => sandbox.close());

  const cookieNames = (answer: Exchanged): string[] =>
    (answer.headers['set-cookie'] ?? []).map((cookie) => cookie.split('=')[0] ?? '');

  it('says that lists and documents depend on Accept, but not the cache of a user', async () => {
    for (const path of ['/data/projects?format=json', '/data/auth', '/data/version']) {
      assert.equal((await alice.get(path)).headers.vary, ACCEPT, path);
    }
    const cache = await alice.get('/data/user/cache/resources/r/files?format=json');
    assert.deepEqual([cache.status, cache.headers.vary], [200, undefined]);
    assert.equal((await alice.put('/data/projects/GIFTDEMO/subjects/V')).headers.vary, undefined);
  });

  it('sets a session cookie wherever nobody is signed in, also on open addresses', async () => {
    const both = ['JSESSIONID', 'SESSION_EXPIRATION_TIME'];
    assert.deepEqual(cookieNames(await send(sandbox, 'GET', '/data/version')), both);
    const form = { body: 'username=alice&password=wrong', contentType: 'application/x-www-form-urlencoded' };
    const refused = await send(sandbox, 'PUT', '/data/services/auth', form);
    assert.deepEqual([refused.status, cookieNames(refused)], [500, both]);
    assert.deepEqual(cookieNames(await alice.get('/data/auth')), ['SESSION_EXPIRATION_TIME']);
  });

  it('tells pages of the container apart: before the application, and asked for by it', async () => {
    const outside = await alice.get('/xapi/siteConfig/buildInfo');
    assert.deepEqual([outside.status, outside.headers.server], [404, undefined]);
    assert.deepEqual(cookieNames(outside), ['SESSION_EXPIRATION_TIME']);
    assert.match(outside.text, /<b>Message<\/b> The requested resource \[&#47;gift&#47;xapi/);
    const script = await alice.get('/data/config/edit/projects/NONE/image/dicom/status');
    assert.deepEqual([script.status, script.headers.server], [400, APPLICATION]);
    for (const { type, text } of [outside, script]) {
      assert.equal(type, 'text/html;charset=utf-8');
      for (const part of ['Type', 'Message', 'Description']) assert.match(text, new RegExp(`<b>${part}</b>`));
    }
  });

  it('wants to show a page where no format is asked for, with a date that is none', async () => {
    const page = await alice.get('/data/projects/GIFTDEMO');
    assert.deepEqual([page.status, page.type], [200, 'text/html']);
    assert.match(page.headers['cache-control'] ?? '', /^no-store, /);
    assert.match(page.headers['last-modified'] ?? '', /^\w{3} \w{3} \d{2} [\d:]{8} UTC \d{4}$/);
  });

  it('repeats the headers of a browser that writes without a token, session included', async () => {
    const headers = { 'User-Agent': 'Mozilla/5.0' };
    const answer = await alice.request('PUT', '/data/projects/GIFTDEMO/subjects/B?x=1', { headers });
    assert.equal(answer.status, 500);
    const message = messageOf(answer);
    assert.match(
      message,
      /Invalid submit value \(PUT on URL: http:\/\/127\.0\.0\.1:\d+\/gift\/data\/projects/,
    );
    assert.ok(message.includes(`JSESSIONID ${alice.cookie} -1 null`));
  });
});
