import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { buildDataSet, sampleElements } from '../support/dicomBuilder.js';
import { associated, closed, store } from '../support/dimsePeer.js';
import { selfSigned } from '../support/selfSigned.js';
import { uidRoot, writeSeries } from '../support/seriesFiles.js';
import { archivedIn, assertArchived } from './support/archive.js';
import { CommandLine } from './support/commandLine.js';
import { GatewayProgram } from './support/gateway.js';
import { passwordOf, Server } from './support/server.js';

const env = passwordOf('alice');
/** An object that a peer of ours sends. */
const objectOf = (uid: string): Buffer => buildDataSet(sampleElements({ sopInstanceUid: uid }));

describe('the command listen', function () {
  this.timeout(300_000);
  let cli: CommandLine;
  let server: Server;
  beforeEach(async () => {
    cli = new CommandLine();
    server = await Server.start(cli);
  });
  afterEach(() => cli.close());

  const start = (...args: readonly string[]): Promise<GatewayProgram> =>
    GatewayProgram.start(cli, [...server.as('alice'), ...args], { env });

  it('brings what storescu and dcmsend push to the server under its pseudonym, and empties the spool', async () => {
    const gateway = await start();
    const first = await writeSeries(cli.path('first'), { instances: 3 });
    const second = await writeSeries(cli.path('second'), {
      ...{ instances: 2, study: 2, patientId: 'OTHER', patientName: 'Other^One' },
    });
    assert.equal((await gateway.send('echoscu')).code, 0);
    const stored = await gateway.send('storescu', first);
    assert.equal(stored.code, 0, stored.told);
    const sent = await gateway.send('dcmsend', second);
    assert.equal(sent.code, 0, sent.told);
    await gateway.untilArchived(5);
    const { code, summary } = await gateway.stop();
    assert.equal(code, 0);
    const { received, archived, spooled, refused } = summary.totals;
    assert.deepEqual(
      { received, archived, spooled, refused },
      { received: 5, archived: 5, spooled: 0, refused: 0 },
    );
    const found = await archivedIn(server);
    assert.deepEqual(found.map(({ files }) => files.length).sort(), [2, 3]);
    assert.deepEqual(found.map(({ subject }) => subject).sort(), [
      'AutoUploadSubject00001',
      'AutoUploadSubject00002',
    ]);
  });

  it('turns away a wrong AE and a caller that is not on the list', async () => {
    const gateway = await start('--ae', 'OURS', '--allow', 'SCANNER,PACS');
    const wrong = await gateway.send('echoscu', [], ['-aec', 'GIFTCLOUD', '-aet', 'SCANNER']);
    assert.match(wrong.told, /Called AE Title Not Recognized/);
    const stranger = await gateway.send('echoscu', [], ['-aec', 'OURS', '-aet', 'STRANGER']);
    assert.match(stranger.told, /Calling AE Title Not Recognized/);
    assert.equal((await gateway.send('echoscu', [], ['-aec', 'OURS', '-aet', 'PACS'])).code, 0);
    const metrics = await gateway.metrics();
    assert.equal(metrics.get('giftcloud_associations_rejected_total{code="1/1/7"}'), 1);
    assert.equal(metrics.get('giftcloud_associations_rejected_total{code="1/1/3"}'), 1);
  });

  it('speaks TLS with whom it trusts, and with nobody else', async () => {
    const own = selfSigned(cli.path('.'), 'own');
    const other = selfSigned(cli.path('.'), 'other');
    const gateway = await start('--tls-cert', own.cert, '--tls-key', own.key, '--tls-ca', own.cert);
    const [path = ''] = await writeSeries(cli.path('in'), { instances: 1 });
    const tls = (...options: readonly string[]): ReturnType<GatewayProgram['send']> =>
      gateway.send('storescu', [path], options);
    const good = await tls('+tls', own.key, own.cert, '+cf', own.cert);
    assert.equal(good.code, 0, good.told);
    const stranger = await tls('+tls', other.key, other.cert, '+cf', own.cert);
    assert.notEqual(stranger.code, 0, 'a certificate of somebody else');
    assert.notEqual((await tls('+tla', '-ic')).code, 0, 'no certificate');
    assert.notEqual((await tls()).code, 0, 'no TLS');
    await gateway.untilArchived(1);
    // Certificates run out: others are taken over without binding anew.
    copyFileSync(other.cert, own.cert);
    copyFileSync(other.key, own.key);
    gateway.program.child.kill('SIGHUP');
    await gateway.program.event('reloaded');
    const renewed = await tls('+tls', other.key, other.cert, '+cf', other.cert);
    assert.equal(renewed.code, 0, renewed.told);
    await assertArchived(server, 1);
    assert.ok(((await gateway.metrics()).get('giftcloud_tls_handshakes_failed_total') ?? 0) >= 2);
  });

  it('answers /healthz and /metrics on loopback alone', async () => {
    const gateway = await start();
    assert.deepEqual(await gateway.health(), { status: 200, codes: [] });
    const answer = await gateway.get('/metrics');
    assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
    for (const line of (await answer.text()).split('\n').slice(0, -1))
      assert.match(line, /^(# (HELP|TYPE) giftcloud_\w+ .+|giftcloud_\w+(\{\w+="[\w./-]+"\})? [\d.e+]+)$/);
    assert.equal((await gateway.get('/')).status, 404);
    assert.equal((await gateway.get('/metrics', { method: 'POST' })).status, 405);
    const { httpPort } = await gateway.program.event('listening');
    for (const { address, internal } of Object.values(networkInterfaces()).flatMap((all) => all ?? []))
      if (!internal && !address.includes(':'))
        await assert.rejects(fetch(`http://${address}:${String(httpPort)}/healthz`));
  });

  it('on SIGTERM lets an open association end, and the next run sends what it brought', async () => {
    const gateway = await start('--drain', '600');
    const peer = await associated(gateway.port);
    assert.equal(await store(peer, `${uidRoot}.1.1.1`, objectOf(`${uidRoot}.1.1.1`)), 0);
    gateway.program.child.kill('SIGTERM');
    await gateway.untilHealth(({ status, codes }) => status === 503 && codes.includes('NOT_LISTENING'));
    await assert.rejects(associated(gateway.port));
    assert.equal(await store(peer, `${uidRoot}.1.1.2`, objectOf(`${uidRoot}.1.1.2`)), 0);
    await peer.association.release();
    const finished = await gateway.program.finished;
    assert.equal(finished.code, 0);
    assert.deepEqual([finished.summary.totals['received'], finished.summary.totals['spooled']], [2, 2]);
    const next = await start();
    await next.untilArchived(2);
    await assertArchived(server, 2);
  });

  it('cuts what does not end within the limit; a second signal cuts at once, and nothing is lost', async () => {
    for (const [signal, drain, code] of [
      ['SIGTERM', '1', 0],
      ['SIGINT', '1', 130],
      ['SIGTERM', '600', null],
    ] as const) {
      const gateway = await start('--drain', drain, '--quiet-time', '3600');
      const peer = await associated(gateway.port);
      assert.equal(await store(peer, `${uidRoot}.1.1.1`, objectOf(`${uidRoot}.1.1.1`)), 0);
      gateway.program.child.kill(signal);
      if (code === null) {
        await gateway.untilHealth(({ status }) => status === 503);
        gateway.program.child.kill(signal);
      }
      await closed(peer.socket);
      assert.equal((await gateway.program.finished).code, code);
    }
    const next = await start();
    await next.until('spool_objects', (count) => count === 0);
    await assertArchived(server, 1);
  });

  it('on SIGHUP takes over what changed, and keeps associations and what works', async () => {
    const config = cli.path('config.json');
    const password = cli.path('password');
    writeFileSync(password, 'sandbox-alice\n');
    const write = (more: object): void =>
      writeFileSync(config, JSON.stringify({ 'password-file': password, 'quiet-time': 3600, ...more }));
    write({});
    const args = ['--config', config, ...server.as('alice')];
    const gateway = await GatewayProgram.start(cli, args);
    const peer = await associated(gateway.port);
    const reload = async (event: 'reloaded' | 'reload-failed', times: number): Promise<string> => {
      gateway.program.child.kill('SIGHUP');
      let seen = 0;
      return gateway.program.line((line) => line.includes(`"event":"${event}"`) && ++seen === times);
    };
    write({ allow: 'SCANNER' });
    await reload('reloaded', 1);
    assert.match(
      (await gateway.send('echoscu', [], ['-aet', 'STRANGER'])).told,
      /Calling AE Title Not Recognized/,
    );
    assert.equal(await store(peer, `${uidRoot}.1.1.1`, objectOf(`${uidRoot}.1.1.1`)), 0);
    write({ allow: 'SCANNER', quota: 'much' });
    assert.match(await reload('reload-failed', 1), /--quota takes a number/);
    writeFileSync(config, '{');
    await reload('reload-failed', 2);
    assert.equal((await gateway.send('echoscu', [], ['-aet', 'SCANNER'])).code, 0);
    // A password that is refused stops sending, not receiving; the right one takes it up again.
    writeFileSync(password, 'wrong');
    write({});
    await reload('reloaded', 2);
    await gateway.untilHealth(({ status, codes }) => status === 503 && codes.includes('SIGN_IN_REFUSED'));
    assert.equal(await store(peer, `${uidRoot}.1.1.2`, objectOf(`${uidRoot}.1.1.2`)), 0);
    await peer.association.release();
    writeFileSync(password, 'sandbox-alice');
    await reload('reloaded', 3);
    await gateway.untilArchived(2);
    assert.equal((await gateway.health()).status, 200);
    assert.equal((await gateway.stop()).code, 0);
    await assertArchived(server, 2);
  });
});
