import assert from 'node:assert/strict';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import { GiftCloudError } from '../../../src/services/support/errors.js';
import { probeServerCertificate } from '../../../src/services/xnat/certificates.js';
import { openXnatArchive } from '../../../src/services/xnat/openArchive.js';
import { parseServerAddress } from '../../../src/services/xnat/serverAddress.js';
import type { TimeLimits } from '../../../src/services/xnat/timeLimits.js';
import { foreignCertificate, type ForeignCertificate } from '../../support/foreignCertificate.js';
import { serveConnections, serveTls, type RawServer } from '../../support/rawServers.js';

const short: TimeLimits = { connect: 300, idle: 300, slowWrite: 300, goodbye: 300 };
const wrongPin = 'ab'.repeat(32);

/** Signs in over TLS; gives the error code, or undefined after success. */
async function signIn(
  url: string,
  trust: { readonly ca?: string; readonly pin?: string } = {},
): Promise<string | undefined> {
  const connection = { url, userName: 'alice', password: () => Promise.resolve('sandbox-alice'), ...trust };
  const archive = openXnatArchive(connection, '0.0.0', undefined, short);
  try {
    await archive.signIn();
    return undefined;
  } catch (error) {
    assert.ok(GiftCloudError.is(error), String(error));
    return error.code;
  } finally {
    await archive.signOut().catch(() => undefined);
  }
}

describe('certificates', () => {
  let sandbox: Sandbox;
  before(async () => (sandbox = await startSandbox({ empty: true, tls: true })));
  after(() => sandbox.close());

  it('refuses one that nobody vouches for, and takes it with its authority', async () => {
    assert.equal(await signIn(sandbox.url), 'CERTIFICATE_NOT_TRUSTED');
    assert.equal(await signIn(sandbox.url, { ca: sandbox.ca! }), undefined);
    assert.equal(
      await signIn(sandbox.url, { ca: foreignCertificate('x', '2049-01-01').cert }),
      'CERTIFICATE_NOT_TRUSTED',
    );
  });

  it('takes the pinned one in any spelling, and no other', async () => {
    const pin = sandbox.fingerprint!;
    const colons = pin.toUpperCase().replace(/..(?=.)/g, '$&:');
    for (const spelling of [pin, colons, ` ${colons.toLowerCase()}\n`]) {
      assert.equal(await signIn(sandbox.url, { pin: spelling }), undefined);
    }
    assert.equal(await signIn(sandbox.url, { pin: wrongPin }), 'CERTIFICATE_NOT_TRUSTED');
    const requests = sandbox.requests.length;
    assert.equal(await signIn(sandbox.url, { pin: wrongPin, ca: sandbox.ca! }), 'CERTIFICATE_NOT_TRUSTED');
    assert.equal(sandbox.requests.length, requests);
  });

  for (const [what, connection] of [
    ['a pin that is no fingerprint', { pin: 'abc' }],
    ['a pin with a digit too few', { pin: wrongPin.slice(1) }],
    ['a CA file without a certificate', { ca: 'nothing' }],
    [
      'a CA file with a broken certificate',
      { ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' },
    ],
  ] as const) {
    it(`calls ${what} a mistake of usage`, () => {
      const whole = {
        url: sandbox.url,
        userName: 'alice',
        password: () => Promise.resolve('x'),
        ...connection,
      };
      assert.throws(
        () => openXnatArchive(whole, '0.0.0'),
        (error) => GiftCloudError.is(error, 'USAGE') && error.hint !== '',
      );
    });
  }

  it('shows the certificate of a server', async () => {
    const shown = await probeServerCertificate(parseServerAddress(sandbox.url));
    assert.equal(shown.fingerprint.replaceAll(':', '').toLowerCase(), sandbox.fingerprint);
    assert.equal(shown.subject, 'GIFT-Cloud sandbox');
    assert.ok(Date.parse(shown.validTo) > Date.now());
    await assert.rejects(probeServerCertificate(parseServerAddress('http://127.0.0.1:1')), (error) =>
      GiftCloudError.is(error, 'USAGE'),
    );
  });
});

describe('a certificate that Node refuses', () => {
  let server: RawServer;
  let received: Buffer[];
  afterEach(() => server.close());

  const start = async (certificate: ForeignCertificate): Promise<string> => {
    received = [];
    server = await serveTls(certificate, (socket) => {
      socket.on('data', (bytes: Buffer) => {
        received.push(bytes);
        const id = '0123456789ABCDEF';
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${id.length}\r\n\r\n${id}`);
      });
    });
    return `https://127.0.0.1:${server.port}`;
  };

  for (const [what, certificate] of [
    ['of another name', foreignCertificate('another.example', '2049-01-01')],
    ['that expired', foreignCertificate('127.0.0.1', '2020-01-02')],
    ['of an unknown authority', foreignCertificate('127.0.0.1', '2049-01-01')],
  ] as const) {
    it(`${what} can be shown, is refused without a byte sent, and is taken with its pin`, async () => {
      const url = await start(certificate);
      const shown = await probeServerCertificate(parseServerAddress(url));
      assert.match(shown.subject, /, Test Hospital$/);
      assert.equal(shown.issuer, 'Authority of nobody, Test Hospital');
      assert.equal(await signIn(url), 'CERTIFICATE_NOT_TRUSTED');
      assert.equal(await signIn(url, { pin: wrongPin }), 'CERTIFICATE_NOT_TRUSTED');
      assert.equal(Buffer.concat(received).length, 0, 'neither probe nor refusal sends a byte');
      assert.equal(await signIn(url, { pin: shown.fingerprint }), undefined);
      assert.match(Buffer.concat(received).toString(), /^POST \/data\/JSESSION/);
    });
  }

  it('is taken with its pin on every connection, whether new or kept', async () => {
    const certificate = foreignCertificate('another.example', '2049-01-01');
    let requests = 0;
    server = await serveTls(certificate, (socket) => {
      let mine = 0;
      socket.on('data', () => {
        requests++;
        // Each connection serves two requests.
        const close = ++mine === 2 ? 'Connection: close\r\n' : '';
        const body = requests === 1 ? '0123456789ABCDEF' : '{"ResultSet":{"Result":[]}}';
        socket.write(`HTTP/1.1 200 OK\r\n${close}Content-Length: ${body.length}\r\n\r\n${body}`);
        if (mine === 2) socket.end();
      });
    });
    const url = `https://127.0.0.1:${server.port}`;
    const { fingerprint } = await probeServerCertificate(parseServerAddress(url));
    const connection = { url, userName: 'alice', password: () => Promise.resolve('x'), pin: fingerprint };
    const archive = openXnatArchive(connection, '0.0.0', undefined, short);
    for (let at = 0; at < 7; at++) assert.deepEqual(await archive.listProjects(), []);
    assert.equal(requests, 8);
    await archive.signOut().catch(() => undefined);
    assert.ok(server.connections >= 5, `${server.connections}`);
  });

  it('is refused on every new connection, not on the first alone', async () => {
    const mine = foreignCertificate('127.0.0.1', '2049-01-01');
    const url = await start(mine);
    const { fingerprint } = await probeServerCertificate(parseServerAddress(url));
    const connection = { url, userName: 'alice', password: () => Promise.resolve('x'), pin: fingerprint };
    const archive = openXnatArchive(connection, '0.0.0', undefined, short);
    await archive.signIn();
    const { port } = server;
    await server.close();
    // Somebody else takes the place of the server, with a certificate of the same name.
    server = await serveTls(
      foreignCertificate('127.0.0.1', '2049-01-01'),
      (socket) => void socket.on('data', (bytes: Buffer) => received.push(bytes)),
      port,
    );
    received = [];
    await assert.rejects(archive.listProjects(), (error) =>
      GiftCloudError.is(error, 'CERTIFICATE_NOT_TRUSTED'),
    );
    assert.equal(received.length, 0);
    await archive.signOut().catch(() => undefined);
    assert.equal(received.length, 0, 'not even to sign out');
  });
});

describe('a handshake', () => {
  it('that never ends is ended by the time limit, one that is no TLS is told as such', async () => {
    const silent = await serveConnections(() => undefined);
    const plain = await serveConnections((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    try {
      const address = `https://127.0.0.1:${silent.port}`;
      assert.equal(await signIn(address), 'SERVER_TIMEOUT');
      await assert.rejects(probeServerCertificate(parseServerAddress(address), { limits: short }), (error) =>
        GiftCloudError.is(error, 'SERVER_TIMEOUT'),
      );
      await assert.rejects(
        probeServerCertificate(parseServerAddress(`https://127.0.0.1:${plain.port}`)),
        (error) => GiftCloudError.is(error, 'SERVER_UNREACHABLE') && /secure connection/.test(error.message),
      );
    } finally {
      await silent.close();
      await plain.close();
    }
  });

  it('ends when it is cancelled', async () => {
    const silent = await serveConnections(() => undefined);
    try {
      const stop = new AbortController();
      const probing = probeServerCertificate(parseServerAddress(`https://127.0.0.1:${silent.port}`), {
        signal: stop.signal,
      });
      setTimeout(() => stop.abort(), 50);
      await assert.rejects(probing, (error) => GiftCloudError.is(error, 'CANCELLED'));
    } finally {
      await silent.close();
    }
  });
});
