import assert from 'node:assert/strict';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import { diagnose } from '../../../src/services/diagnose/diagnose.js';
import type {
  DiagnoseRequest,
  DiagnosisStep,
  Finding,
  ServerToCheck,
} from '../../../src/services/diagnose/types.js';
import { DicomListener } from '../../../src/services/dimse/dicomListener.js';
import { GiftCloudError } from '../../../src/services/support/errors.js';
import { silentLogger } from '../../../src/services/support/logger.js';
import { openXnatArchive } from '../../../src/services/xnat/openArchive.js';
import { foreignCertificate } from '../../support/foreignCertificate.js';
import { PlainSink } from '../../support/plainSink.js';
import { serveConnections, serveProxy, serveTls } from '../../support/rawServers.js';
import { startSwallowingServer } from '../../support/swallowingServer.js';

const limits = { connect: 400, idle: 2000, slowWrite: 2000, goodbye: 300 };

async function look(
  request: Partial<DiagnoseRequest>,
  environment?: Readonly<Record<string, string>>,
): Promise<readonly Finding[]> {
  const whole: DiagnoseRequest = { proxies: environment ?? {}, ...request };
  const findings: Finding[] = [];
  for await (const finding of diagnose(whole, { userAgent: 'test', environment, limits })) {
    findings.push(finding);
  }
  return findings;
}

const outcomes = (findings: readonly Finding[]): string[] =>
  findings.filter(({ outcome }) => outcome !== 'running').map(({ step, outcome }) => `${step} ${outcome}`);

function verdict(findings: readonly Finding[], step: DiagnosisStep): string {
  const found = findings.find((finding) => finding.step === step && finding.outcome !== 'running');
  assert.ok(found, step);
  return `${found.outcome}: ${found.text} ${found.hint}`.trim();
}

describe('diagnosing the way to the server', () => {
  let sandbox: Sandbox;
  let secure: Sandbox;
  before(async () => {
    sandbox = await startSandbox({ empty: true });
    secure = await startSandbox({ empty: true, tls: true });
  });
  after(async () => {
    await sandbox.close();
    await secure.close();
  });

  const as = (
    userName: string,
    project: string,
    server: Sandbox = sandbox,
    password = `sandbox-${userName}`,
  ): ServerToCheck => {
    const trust = server.ca === undefined ? {} : { ca: server.ca };
    const connection = { url: server.url, userName, password: () => Promise.resolve(password), ...trust };
    const archive = openXnatArchive(connection, '0.0.0', undefined, limits);
    return { url: server.url, archive: () => Promise.resolve(archive), project, ...trust };
  };

  it('finds everything in order, each step told when it begins and when it ended', async () => {
    const findings = await look({ server: as('alice', 'GIFTDEMO', secure) });
    const steps = ['address', 'proxy', 'name', 'connection', 'certificate', 'signIn', 'version', 'project'];
    assert.deepEqual(
      findings.map(({ step, outcome }) => `${step} ${outcome}`),
      steps.flatMap((step) => [`${step} running`, `${step} good`]),
    );
    assert.match(verdict(findings, 'certificate'), /trusted by this machine, and valid until/);
    assert.match(verdict(findings, 'project'), /may upload into project GIFTDEMO/);
  });

  it('writes nothing to the server, and tells no user name and no password', async () => {
    const before = sandbox.requests.length;
    const findings = await look({ server: as('alice', 'GIFTDEMO') });
    const sent = sandbox.requests.slice(before);
    assert.deepEqual(
      sent.filter(({ method, path }) => method !== 'GET' && !path.includes('JSESSION')),
      [],
    );
    assert.doesNotMatch(JSON.stringify(findings), /alice|sandbox-/);
  });

  it('says what the account may do in the project', async () => {
    const said = async (user: string, project: string): Promise<string> =>
      verdict(await look({ server: as(user, project) }), 'project');
    assert.match(
      await said('carol', 'GIFTDEMO'),
      /^warning: The account may read project GIFTDEMO, not upload/,
    );
    assert.match(await said('carol', 'FETALMRI'), /^bad: Project FETALMRI is not among those of the account/);
    assert.match(
      await said('dave', 'GIFTDEMO'),
      /^bad: The account has no project.*add you, then sign in again/,
    );
    assert.match(await said('alice', ''), /^good: The account has 2 projects; none is chosen/);
  });

  it('stops at a refused password', async () => {
    const findings = await look({ server: as('alice', 'GIFTDEMO', sandbox, 'wrong') });
    assert.match(verdict(findings, 'signIn'), /^bad: .*refused/);
    assert.deepEqual(outcomes(findings).slice(-2), ['version skipped', 'project skipped']);
  });

  it('looks at the way alone while nobody is signed in', async () => {
    const findings = await look({ server: { url: sandbox.url, project: '' } });
    assert.deepEqual(outcomes(findings).slice(3), [
      'connection good',
      'certificate good',
      'signIn skipped',
      'version skipped',
      'project skipped',
    ]);
  });

  it('names an address that can not be used, and one without encryption', async () => {
    for (const [url, words] of [
      ['giftcloud', /not the address of a server/],
      ['https://a:b@example.org', /not the address of a server/],
      ['http://example.org', /must start with https/],
    ] as const) {
      const findings = await look({ server: { url, project: '' } });
      assert.match(verdict(findings, 'address'), words);
      assert.equal(outcomes(findings).filter((text) => text.endsWith('skipped')).length, 7);
      assert.doesNotMatch(JSON.stringify(findings), /a:b/);
    }
  });

  it('names a name that nobody knows', async () => {
    const findings = await look({ server: { url: 'https://no-such-server.invalid', project: '' } });
    assert.match(verdict(findings, 'name'), /^bad: The name of the server is not known.*typing errors.*VPN/);
    assert.equal(outcomes(findings)[3], 'connection skipped');
  });

  it('names a closed port, and a firewall or list of addresses behind silence', async () => {
    const closed = await serveConnections(() => undefined);
    await closed.close();
    const refused = await look({ server: { url: `https://127.0.0.1:${closed.port}`, project: '' } });
    assert.match(verdict(refused, 'connection'), /^bad: The server refuses connections/);
    const silent = await startSwallowingServer();
    try {
      const lost = await look({ server: { url: `https://127.0.0.1:${silent.port}`, project: '' } });
      assert.match(verdict(lost, 'connection'), /^bad: .*not answer in time.*firewall.*IP allow-list/);
    } finally {
      silent.close();
    }
  });

  it('names a port that speaks no TLS', async () => {
    const { port } = new URL(sandbox.url);
    const findings = await look({ server: { url: `https://127.0.0.1:${port}`, project: '' } });
    assert.match(verdict(findings, 'certificate'), /^bad: No secure connection.*may not be a port for https/);
  });

  it('tells a certificate that is not trusted with its fingerprint, and one that was changed', async () => {
    const pin = secure.fingerprint ?? '';
    const url = secure.url;
    const shown = pin.toUpperCase().replace(/..(?=.)/g, '$&:');
    const unknown = verdict(await look({ server: { url, project: '' } }), 'certificate');
    assert.match(unknown, /^bad: The certificate of the server is not trusted/);
    assert.ok(unknown.includes(shown), unknown);
    const changed = verdict(
      await look({ server: { url, pin: 'ab'.repeat(32), project: '' } }),
      'certificate',
    );
    assert.match(changed, /^bad: The certificate is not the one that was confirmed/);
    assert.ok(changed.includes(shown), changed);
    const confirmed = verdict(await look({ server: { url, pin, project: '' } }), 'certificate');
    assert.match(confirmed, /^good: The certificate is the one that was confirmed/);
  });

  it('warns of a certificate that ends soon', async () => {
    const soon = new Date(Date.now() + 3 * 24 * 3600 * 1000).toISOString();
    const certificate = foreignCertificate('127.0.0.1', soon);
    const server = await serveTls(certificate, (socket) => socket.end('HTTP/1.1 204 No Content\r\n\r\n'));
    try {
      const url = `https://127.0.0.1:${server.port}`;
      const first = verdict(await look({ server: { url, project: '' } }), 'certificate');
      const pin = /(?:[0-9A-F]{2}:){31}[0-9A-F]{2}/.exec(first)?.[0] ?? '';
      const found = verdict(await look({ server: { url, pin, project: '' } }), 'certificate');
      assert.match(found, /^warning: .*valid until.*renew/);
    } finally {
      await server.close();
    }
  });

  it('goes through the proxy that is named, and never shows its password', async () => {
    const proxy = await serveProxy(() => 403);
    try {
      const named = { HTTPS_PROXY: `http://tom:secret@127.0.0.1:${proxy.port}` };
      const findings = await look({ server: { url: 'https://giftcloud.invalid', project: '' } }, named);
      assert.deepEqual(outcomes(findings).slice(0, 4), [
        'address good',
        'proxy good',
        'name skipped',
        'connection good',
      ]);
      assert.match(verdict(findings, 'proxy'), new RegExp(`through the proxy 127.0.0.1:${proxy.port}`));
      assert.match(verdict(findings, 'certificate'), /^bad: The proxy refused the connection \(403\)/);
      assert.doesNotMatch(JSON.stringify(findings), /tom|secret/);
    } finally {
      await proxy.close();
    }
  });

  it('ends when it is cancelled', async () => {
    const stop = new AbortController();
    const findings = diagnose(
      { server: as('alice', 'GIFTDEMO'), proxies: {} },
      { userAgent: 'test', environment: undefined, limits },
      stop.signal,
    );
    await assert.rejects(
      async () => {
        for await (const { step } of findings) if (step === 'connection') stop.abort();
      },
      (error) => GiftCloudError.is(error, 'CANCELLED'),
    );
  });
});

describe('diagnosing DICOM', () => {
  const listenerOn = async (aeTitle: string, allowedCallers: readonly string[] = []) => {
    const options = { aeTitle, port: 0, bind: '127.0.0.1', allowedCallers };
    const listener = new DicomListener(options, new PlainSink('/nothing-is-sent'), silentLogger);
    return { listener, port: await listener.start() };
  };

  it('tells a free port from one in use and one that is not allowed', async () => {
    const other = await serveConnections(() => undefined);
    const bind = '127.0.0.1';
    try {
      const taken = await look({ listener: { port: other.port, bind, listening: false } });
      assert.match(
        verdict(taken, 'listener'),
        /^bad: The port of the DICOM listener is in use.*another port/,
      );
      const own = await look({ listener: { port: other.port, bind, listening: true } });
      assert.match(verdict(own, 'listener'), /^good: The listener is running.*firewall/);
    } finally {
      await other.close();
    }
    const free = await look({ listener: { port: other.port, bind, listening: false } });
    assert.match(verdict(free, 'listener'), /^good: Port \d+ is free for the listener.*firewall/);
    const foreign = await look({ listener: { port: other.port, bind: '192.0.2.1', listening: false } });
    assert.match(verdict(foreign, 'listener'), /^bad: The address of the DICOM listener is not ours/);
  });

  it('asks each node with C-ECHO, one failure does not end the others', async () => {
    const { listener, port } = await listenerOn('ARCHIVE', ['GIFTCLOUD']);
    const closed = await serveConnections(() => undefined);
    await closed.close();
    try {
      const node = (aeTitle: string, at = port) => ({ aeTitle, host: '127.0.0.1', port: at });
      const findings = await look({
        nodes: [
          { name: 'no one', node: node('ARCHIVE', closed.port), callingAe: 'GIFTCLOUD' },
          { name: 'wrong title', node: node('ARCHIV'), callingAe: 'GIFTCLOUD' },
          { name: 'unknown', node: node('ARCHIVE'), callingAe: 'STRANGER' },
          { name: 'good', node: node('ARCHIVE'), callingAe: 'GIFTCLOUD' },
        ],
      });
      const said = findings.filter(({ outcome }) => outcome !== 'running');
      assert.deepEqual(
        said.map(({ about, outcome }) => `${about} ${outcome}`),
        ['no one bad', 'wrong title bad', 'unknown bad', 'good good'],
      );
      assert.match(said[0]?.hint ?? '', /Nothing listens there/);
      assert.match(said[1]?.text ?? '', /does not answer to this AE title/);
      assert.match(said[2]?.text ?? '', /does not know our AE title/);
    } finally {
      listener.dispose();
    }
  });
});
