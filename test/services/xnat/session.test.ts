import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import { GiftCloudError } from '../../../src/services/support/errors.js';
import type { Archive } from '../../../src/services/xnat/archive.js';
import { openXnatArchive } from '../../../src/services/xnat/openArchive.js';
import { serveHttp, type RawServer } from '../../support/rawServers.js';

const project = 'GIFTDEMO';

function isError(code: string, message?: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(GiftCloudError.is(error), String(error));
    assert.equal(error.code, code, error.message);
    if (message) assert.match(`${error.message} ${error.hint}`, message);
    return true;
  };
}

describe('session', () => {
  let sandbox: Sandbox;
  const open: Archive[] = [];
  beforeEach(async () => (sandbox = await startSandbox({ empty: true, capture: true })));
  afterEach(async () => {
    await Promise.all(open.splice(0).map((archive) => archive.signOut().catch(() => undefined)));
    await sandbox.close();
  });

  const archiveOf = (
    userName: string,
    password: () => Promise<string | undefined> = () => Promise.resolve(`sandbox-${userName}`),
    url = sandbox.url,
  ): Archive => {
    const archive = openXnatArchive({ url, userName, password }, '0.0.0');
    open.push(archive);
    return archive;
  };
  const signIns = (): number =>
    sandbox.requests.filter(({ method, path }) => method === 'POST' && path === '/data/JSESSION').length;

  it('is opened once by however many requests, and ended', async () => {
    const archive = archiveOf('alice');
    await Promise.all(Array.from({ length: 20 }, () => archive.listSubjects(project)));
    assert.equal(signIns(), 1);
    await archive.signOut();
    assert.equal(sandbox.requests.at(-1)?.method, 'DELETE');
    // The password goes with the sign-in alone.
    const withPassword = sandbox.requests.filter(({ headers }) => headers?.['authorization'] !== undefined);
    assert.equal(withPassword.length, 1);
  });

  it('is opened again once when it expired under many requests at a time', async () => {
    const archive = archiveOf('alice');
    await archive.listProjects();
    for (let storm = 1; storm <= 3; storm++) {
      sandbox.expireSessions();
      const lists = await Promise.all(Array.from({ length: 20 }, () => archive.listProjects()));
      assert.ok(lists.every((rows) => rows.length === 2));
      assert.equal(signIns(), 1 + storm);
    }
  });

  it('is not opened for ever when every request finds it expired', async () => {
    const archive = archiveOf('alice');
    await archive.listProjects();
    sandbox.faults.add({ action: 'expireSession', pathPattern: '/data/projects' });
    await assert.rejects(archive.listProjects(), isError('SIGN_IN_REQUIRED'));
    assert.equal(signIns(), 2);
  });

  it('never sends a refused password again', async () => {
    let asked = 0;
    const archive = archiveOf('alice', () => {
      asked++;
      return Promise.resolve('wrong');
    });
    for (let at = 0; at < 3; at++) await assert.rejects(archive.listProjects(), isError('SIGN_IN_REFUSED'));
    await Promise.all(
      Array.from({ length: 5 }, () => assert.rejects(archive.listProjects(), isError('SIGN_IN_REFUSED'))),
    );
    assert.equal(signIns(), 1);
    assert.ok(asked >= 4, 'a new password may come at any time');
  });

  it('tries a changed password once, and none that was refused before', async () => {
    const answers = ['sandbox-alice', 'wrong', 'wrong', 'sandbox-alice', undefined];
    const archive = archiveOf('alice', () => Promise.resolve(answers.shift()));
    await archive.listProjects();
    sandbox.expireSessions();
    // As after a change of the password: what the server took before it refuses now.
    sandbox.faults.add({ action: 'status', status: 401, method: 'POST', pathPattern: 'JSESSION', times: 1 });
    await assert.rejects(archive.listProjects(), isError('SIGN_IN_REFUSED'));
    assert.equal(signIns(), 2);
    await assert.rejects(archive.listProjects(), isError('SIGN_IN_REFUSED'));
    assert.equal(signIns(), 3);
    for (let at = 0; at < 2; at++) await assert.rejects(archive.listProjects(), isError('SIGN_IN_REFUSED'));
    assert.equal(signIns(), 3);
    await assert.rejects(archive.listProjects(), isError('SIGN_IN_REQUIRED'));
  });

  it('says that an account waits for approval, every time, and asks the server once', async () => {
    const archive = archiveOf('erin');
    for (let at = 0; at < 2; at++) {
      await assert.rejects(archive.listProjects(), isError('ACCOUNT_NOT_ACTIVE', /approval/));
    }
    assert.equal(signIns(), 1);
  });

  it('needs a password', async () => {
    const archive = archiveOf('alice', () => Promise.resolve(undefined));
    await assert.rejects(archive.listProjects(), isError('SIGN_IN_REQUIRED'));
    assert.equal(sandbox.requests.length, 0);
  });

  it('takes passwords and names with any letters', async () => {
    const seen: string[] = [];
    const server = await serveHttp((request, response) => {
      seen.push(Buffer.from(request.headers.authorization?.split(' ')[1] ?? '', 'base64').toString('utf8'));
      response.writeHead(401).end();
    });
    try {
      const archive = archiveOf(
        'jürgen',
        () => Promise.resolve('pä:ß wörd'),
        `http://127.0.0.1:${server.port}`,
      );
      await assert.rejects(archive.signIn(), isError('SIGN_IN_REFUSED'));
      assert.deepEqual(seen, ['jürgen:pä:ß wörd']);
    } finally {
      await server.close();
    }
  });

  it('is not lost to the others when one gives up waiting for the sign-in', async () => {
    sandbox.faults.add({ action: 'delay', delayMs: 200, pathPattern: 'JSESSION', times: 1 });
    const archive = archiveOf('alice');
    const stop = new AbortController();
    const first = archive.listProjects(stop.signal);
    const second = archive.listProjects();
    setTimeout(() => stop.abort(), 50);
    await assert.rejects(first, isError('CANCELLED'));
    assert.equal((await second).length, 2);
    assert.equal(signIns(), 1);
  });

  it('is not waited for after a cancel', async () => {
    sandbox.faults.add({ action: 'hang', pathPattern: 'JSESSION', method: 'POST' });
    const stop = new AbortController();
    const list = archiveOf('alice').listProjects(stop.signal);
    setTimeout(() => stop.abort(), 50);
    await assert.rejects(list, isError('CANCELLED'));
  });

  it('is opened again behind a login page with status 200, and says so when that does not help', async () => {
    const archive = archiveOf('alice');
    await archive.listProjects();
    sandbox.faults.add({ action: 'htmlInsteadOfJson', pathPattern: '/data/projects', times: 1 });
    assert.equal((await archive.listProjects()).length, 2);
    assert.equal(signIns(), 2);
    sandbox.faults.add({ action: 'htmlInsteadOfJson', pathPattern: '/data/projects' });
    await assert.rejects(archive.listProjects(), isError('UNEXPECTED_ANSWER', /web page/));
  });

  describe('at a site that lets guests in', () => {
    /** Without a live session everybody is a guest, who sees no project, and gets a session as such. */
    const serveGuests = (
      sessions: Set<string>,
      options: { readonly signInIsLost?: boolean } = {},
    ): Promise<RawServer> =>
      serveHttp((request: IncomingMessage, response: ServerResponse) => {
        const cookie = /JSESSIONID=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
        const known = sessions.has(cookie);
        const fresh = (id: string): void =>
          void response.setHeader('Set-Cookie', [`JSESSIONID=${id}; Path=/; HttpOnly`, 'OTHER=1']);
        if (request.url === '/data/JSESSION' && request.method === 'POST') {
          const id = `SESSION${sessions.size}X`;
          if (options.signInIsLost !== true || sessions.size === 0) sessions.add(id);
          fresh(id);
          response.end(id);
        } else if (request.url === '/data/auth') {
          response.end(`User '${known ? 'alice' : 'guest'}' is logged in.`);
        } else {
          if (!known) fresh('GUESTSESSION');
          const rows = known ? [{ ID: 'P1', name: 'P1' }] : [];
          response.end(JSON.stringify({ ResultSet: { Result: rows } }));
        }
      });

    it('does not take what a guest sees for an empty server', async () => {
      const sessions = new Set<string>();
      const server = await serveGuests(sessions);
      try {
        const archive = archiveOf('alice', () => Promise.resolve('x'), `http://127.0.0.1:${server.port}`);
        assert.equal((await archive.listProjects()).length, 1);
        sessions.clear();
        sessions.add('SOMEBODY');
        assert.equal((await archive.listProjects()).length, 1, 'after the session expired');
      } finally {
        await server.close();
      }
    });

    it('says so when the renewed session is that of a guest', async () => {
      const sessions = new Set<string>();
      const server = await serveGuests(sessions, { signInIsLost: true });
      try {
        const archive = archiveOf('alice', () => Promise.resolve('x'), `http://127.0.0.1:${server.port}`);
        assert.equal((await archive.listProjects()).length, 1);
        sessions.clear();
        sessions.add('SOMEBODY');
        await assert.rejects(archive.listProjects(), isError('SIGN_IN_REFUSED', /guest/));
      } finally {
        await server.close();
      }
    });
  });

  for (const [what, status, headers, code, message] of [
    ['an expired password as 403', 403, {}, 'SIGN_IN_REFUSED', /expired/],
    [
      'the page where an expired password is changed',
      302,
      { Location: '/app/template/XDATScreen_UpdateUser.vm' },
      'SIGN_IN_REFUSED',
      /expired/,
    ],
    [
      'an account that is not verified',
      302,
      { Location: '/app/template/VerifyEmail.vm' },
      'ACCOUNT_NOT_ACTIVE',
      /approval/,
    ],
    ['an address without XNAT', 404, {}, 'UNEXPECTED_ANSWER', /no GIFT-Cloud/],
    [
      'a redirect to elsewhere',
      301,
      { Location: 'https://elsewhere.example/' },
      'UNEXPECTED_ANSWER',
      /address/,
    ],
    ['a server with an error', 500, {}, 'SERVER_ERROR', /error \(500\)/],
    ['a session ID that is none', 200, {}, 'UNEXPECTED_ANSWER', /web page/],
  ] as const) {
    it(`tells ${what}`, async () => {
      const server = await serveHttp(
        (_request, response) =>
          void response.writeHead(status, headers).end('<html><title>Somewhere</title></html>'),
      );
      try {
        const archive = archiveOf('alice', undefined, `http://127.0.0.1:${server.port}`);
        await assert.rejects(archive.signIn(), isError(code, message));
        const again = server.connections;
        await assert.rejects(archive.signIn(), isError(code, message));
        if (code === 'SIGN_IN_REFUSED') assert.equal(server.connections, again, 'not sent again');
      } finally {
        await server.close();
      }
    });
  }
});
