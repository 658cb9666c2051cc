import assert from 'node:assert/strict';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import { GiftCloudError } from '../../../src/services/support/errors.js';
import { probeServerCertificate } from '../../../src/services/xnat/certificates.js';
import { openXnatArchive } from '../../../src/services/xnat/openArchive.js';
import { proxyAgent } from '../../../src/services/xnat/proxy.js';
import { parseServerAddress } from '../../../src/services/xnat/serverAddress.js';
import { serveConnections, serveProxy, type RawServer } from '../../support/rawServers.js';

type Environment = Readonly<Record<string, string>>;

/** Whether a server would be asked through a proxy. */
function isProxied(url: string, environment: Environment): boolean {
  const agent = proxyAgent(parseServerAddress(url), environment, {});
  agent?.destroy();
  return agent !== undefined;
}

describe('proxy of the environment', () => {
  let sandbox: Sandbox;
  let proxy: RawServer | undefined;
  before(async () => (sandbox = await startSandbox({ empty: true, tls: true })));
  after(() => sandbox.close());
  afterEach(async () => {
    await proxy?.close();
    proxy = undefined;
  });

  /** A name that no name server knows: only the proxy can reach it. */
  const url = (): string => `https://gift-cloud.invalid:${sandbox.port}`;

  const projects = async (environment: Environment, connect = 5000): Promise<number | GiftCloudError> => {
    const connection = {
      url: url(),
      userName: 'alice',
      password: () => Promise.resolve('sandbox-alice'),
      pin: sandbox.fingerprint!,
    };
    const limits = { connect, idle: 5000, slowWrite: 5000, goodbye: 5000 };
    const archive = openXnatArchive(connection, '0.0.0', environment, limits);
    try {
      return (await archive.listProjects()).length;
    } catch (error) {
      assert.ok(GiftCloudError.is(error), String(error));
      return error;
    } finally {
      await archive.signOut().catch(() => undefined);
    }
  };

  it('leads to the server, also for a look at its certificate, and is kept connected', async () => {
    const through = await serveProxy();
    proxy = through;
    const environment = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
    assert.equal(await projects(environment), 2);
    assert.deepEqual(through.targets, [`gift-cloud.invalid:${sandbox.port}`]);
    const shown = await probeServerCertificate(parseServerAddress(url()), { environment });
    assert.equal(shown.fingerprint.replaceAll(':', '').toLowerCase(), sandbox.fingerprint);
    assert.equal(through.targets.length, 2);
  });

  it('may be named without a scheme, and with a user', async () => {
    const asked: (string | undefined)[] = [];
    proxy = await serveProxy((request) => {
      asked.push(request.headers['proxy-authorization']);
      return 200;
    });
    assert.equal(await projects({ https_proxy: `127.0.0.1:${proxy.port}` }), 2);
    assert.equal(await projects({ ALL_PROXY: `http://me:secret%20word@127.0.0.1:${proxy.port}` }), 2);
    assert.deepEqual(asked, [undefined, `Basic ${Buffer.from('me:secret word').toString('base64')}`]);
  });

  for (const [status, hint] of [
    [403, /may connect/],
    [407, /user name/],
    [401, /may connect/],
    [302, /may connect/],
    [502, /may connect/],
  ] as const) {
    it(`that answers ${status} is told from the server`, async () => {
      proxy = await serveProxy(() => status);
      const error = await projects({ HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });
      assert.ok(GiftCloudError.is(error, 'SERVER_UNREACHABLE'), String(error));
      assert.match(error.message, new RegExp(`The proxy refused the connection \\(${status}\\)`));
      assert.match(error.hint, hint);
    });
  }

  it('that says nothing is ended by the time limit', async () => {
    proxy = await serveConnections(() => undefined);
    const error = await projects({ HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }, 300);
    assert.ok(GiftCloudError.is(error, 'SERVER_TIMEOUT'), String(error));
  });

  it('that is not there is named in the hint', async () => {
    const gone = await serveConnections(() => undefined);
    await gone.close();
    const error = await projects({ HTTPS_PROXY: `http://127.0.0.1:${gone.port}` });
    assert.ok(GiftCloudError.is(error, 'SERVER_UNREACHABLE'), String(error));
    assert.match(error.hint, /HTTPS_PROXY/);
  });

  it('whose address can not be used is a mistake of usage, told without its password', () => {
    for (const address of ['http://', 'socks5://127.0.0.1:1080', 'http://user:geheim@:99999', 'exa mple']) {
      assert.throws(
        () => isProxied('https://example.org', { HTTPS_PROXY: address }),
        (error) => GiftCloudError.is(error, 'USAGE') && !error.message.includes('geheim'),
      );
    }
  });

  it('is never taken to this machine, nor where NO_PROXY says so', () => {
    const with_ = (list: string): Environment => ({ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: list });
    for (const local of ['https://127.0.0.1:1', 'https://localhost', 'https://[::1]', 'http://127.0.0.1:1'])
      assert.equal(isProxied(local, with_('')), false, local);
    for (const [list, expected] of [
      ['', true],
      ['other.org', true],
      ['example.org', false],
      ['.example.org', false],
      ['*.example.org', false],
      ['a, EXAMPLE.ORG b', false],
      ['example.org:443', false],
      ['example.org:8443', true],
      ['ple.org', true],
      ['*', false],
    ] as const)
      assert.equal(isProxied('https://gift.example.org', with_(list)), expected, list);
    assert.equal(isProxied('https://gift.example.org', {}), false);
    assert.equal(isProxied('https://gift.example.org', { HTTPS_PROXY: '' }), false);
  });
});
