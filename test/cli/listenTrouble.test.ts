import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { filesOf, LeakSearch, textOutput } from '../support/planted.js';
import { uidRoot, writeSeries } from '../support/seriesFiles.js';
import { assertArchived } from './support/archive.js';
import { CommandLine, type Finished } from './support/commandLine.js';
import { GatewayProgram, listenArguments } from './support/gateway.js';
import { patient, planted } from './support/plantedInputs.js';
import { passwordOf, Server } from './support/server.js';

const env = passwordOf('alice');

describe('the command listen, in trouble', function () {
  this.timeout(300_000);
  let cli: CommandLine;
  let server: Server;
  beforeEach(async () => {
    cli = new CommandLine();
    server = await Server.start(cli, ['--empty', '--data', cli.path('server')]);
  });
  afterEach(() => cli.close());

  const start = (...args: readonly string[]): Promise<GatewayProgram> =>
    GatewayProgram.start(cli, [...server.as('alice'), ...args], { env });
  const run = (args: readonly string[], user = 'alice', password = user): Promise<Finished> =>
    cli.run(listenArguments([...server.as(user), ...args]), { env: passwordOf(password) });
  /** The same server on the same address, after it was away. */
  const comeBack = async (): Promise<void> => {
    server = await Server.start(cli, [
      '--empty',
      '--data',
      cli.path('server'),
      '--port',
      new URL(server.url).port,
    ]);
  };
  const series = (instances: number): Promise<string[]> =>
    writeSeries(cli.path('in'), { ...patient, instances });

  it('ends with a sentence where it can not begin', async () => {
    const gateway = await start();
    const { port } = gateway;
    const { httpPort } = await gateway.program.event('listening');
    const elsewhere = ['--state', 'other'];
    for (const [finished, code, error, sentence] of [
      [
        await run([...elsewhere, '--port', String(port)]),
        2,
        'PORT_IN_USE',
        /port of the DICOM listener is in use/,
      ],
      [await run([...elsewhere, '--http-port', String(httpPort)]), 2, 'PORT_IN_USE', /--http-port is in use/],
      [await run(elsewhere, 'alice', 'bob'), 3, 'SIGN_IN_REFUSED', /refused the user name or the password/],
      [await run(elsewhere, 'carol'), 1, 'NOT_ALLOWED', /./],
      [await run(elsewhere, 'dave'), 1, 'NOT_FOUND_OR_NOT_ALLOWED', /project is not there/],
      [
        await run([...elsewhere, '--project', 'NOSUCH']),
        1,
        'NOT_FOUND_OR_NOT_ALLOWED',
        /project is not there/,
      ],
      [await run([...elsewhere, '--ae', 'MUCH TOO LONG FOR ONE']), 2, 'USAGE', /--ae takes an AE title/],
      [await run([...elsewhere, '--allow', 'ONE,,TWO']), 2, 'USAGE', /--allow takes AE titles/],
      [await run([...elsewhere, '--node', 'PACS@host']), 2, 'USAGE', /AET@HOST:PORT/],
      [await run([...elsewhere, '--tls-cert', 'cert.pem']), 2, 'USAGE', /needs both/],
      [await run([...elsewhere, '--bind', '192.0.2.1']), 2, 'LISTEN_FAILED', /is not ours/],
    ] as const) {
      assert.deepEqual([finished.code, finished.summary.error?.code], [code, error], finished.stderr);
      assert.match(finished.summary.error?.message ?? '', sentence);
      assert.deepEqual(finished.of('listening'), []);
    }
    assert.equal((await gateway.send('echoscu')).code, 0);
  });

  it('receives while the server is away, at the start and later, and sends when it is back', async () => {
    await server.program.kill('SIGKILL');
    const gateway = await start();
    assert.deepEqual(await gateway.health(), { status: 200, codes: ['SERVER_UNREACHABLE'] });
    const paths = await series(4);
    assert.equal((await gateway.send('storescu', paths.slice(0, 2))).code, 0);
    assert.equal((await gateway.metrics()).get('giftcloud_spool_objects'), 2);
    await comeBack();
    await gateway.untilArchived(2);
    await server.program.kill('SIGKILL');
    assert.equal((await gateway.send('storescu', paths.slice(2))).code, 0);
    await gateway.until('server_up', () => true);
    await comeBack();
    await gateway.untilArchived(4);
    const finished = await gateway.stop();
    assert.equal(finished.code, 0);
    await assertArchived(server, 4);
  });

  it('waits while another gateway runs the queue, and goes on with its work when it was killed', async () => {
    // What the first one received stays where it is.
    await server.fault({ action: 'status', status: 503, method: 'PUT' });
    const first = await start();
    const second = cli.start(listenArguments(server.as('alice')), { env });
    await second.event('waiting');
    const paths = await series(3);
    assert.equal((await first.send('storescu', paths)).code, 0);
    await first.stop('SIGKILL');
    await server.clearFaults();
    const gateway = await GatewayProgram.of(second);
    assert.equal((await gateway.send('echoscu')).code, 0);
    await gateway.untilArchived(3);
    assert.equal((await gateway.stop()).code, 0);
    await assertArchived(server, 3);
  });

  it('that was suspended and wakes up old stops listening, and waits in its turn', async () => {
    await server.fault({ action: 'status', status: 503, method: 'PUT' });
    const first = await start();
    assert.equal((await first.send('storescu', await series(2))).code, 0);
    first.program.child.kill('SIGSTOP');
    const second = await start();
    first.program.child.kill('SIGCONT');
    await first.program.event('waiting');
    assert.deepEqual((await first.health()).codes, ['NO_LEAD']);
    assert.notEqual((await first.send('echoscu')).code, 0);
    await server.clearFaults();
    await second.until('spool_objects', (count) => count === 0);
    assert.equal((await first.stop()).code, 0);
    assert.equal((await second.stop()).code, 0);
    await assertArchived(server, 2);
  });

  it('does not begin without the key of what lies in its spool', async () => {
    await server.fault({ action: 'status', status: 503, method: 'PUT' });
    const gateway = await start();
    assert.equal((await gateway.send('storescu', await series(1))).code, 0);
    await gateway.stop();
    const key = cli.path('state', 'queue.key');
    renameSync(key, cli.path('key'));
    const missing = await run([]);
    assert.deepEqual([missing.code, missing.summary.error?.code], [5, 'KEY_MISSING'], missing.stderr);
    renameSync(cli.path('key'), key);
    await server.clearFaults();
    const next = await start();
    await next.untilArchived(1);
  });

  it('ends when it is told to while it waits for the server or for its turn', async () => {
    await server.fault({ action: 'hang', pathPattern: '/JSESSION' });
    const silent = cli.start(listenArguments(server.as('alice')), { env });
    while ((await server.requests()).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal((await silent.kill('SIGTERM')).code, 0);
    await server.clearFaults();
    await start();
    const waiting = cli.start(listenArguments(server.as('alice')), { env });
    await waiting.event('waiting');
    assert.equal((await waiting.kill('SIGINT')).code, 130);
  });

  it('answers A700 when its quota is used up, and takes objects again when there is room', async () => {
    await server.fault({ action: 'status', status: 503, method: 'PUT' });
    const gateway = await start('--quota', '0.003');
    const paths = await writeSeries(cli.path('big'), { rows: 600, columns: 600, instances: 5 });
    const full = await gateway.send('storescu', paths, ['-v']);
    assert.match(full.told, /OutOfResources|a700/i);
    assert.ok((await gateway.health()).codes.includes('QUOTA_FULL'));
    await server.clearFaults();
    await gateway.until('spool_objects', (count) => count === 0);
    assert.equal((await gateway.send('storescu', paths.slice(4))).code, 0);
    await gateway.until('spool_objects', (count) => count === 0);
    await assertArchived(server, 5);
  });

  it('names no patient: not in output, metrics or health, and nowhere in its state in plain text', async () => {
    await server.fault({ action: 'status', status: 503, method: 'PUT' });
    const gateway = await start();
    const paths = await series(3);
    assert.equal((await gateway.send('storescu', paths)).code, 0);
    // What a careless peer says of itself is said to nobody.
    await gateway.send('echoscu', [], ['-aec', 'Zwetschgenbaum']);
    await gateway.send('echoscu', [], ['-aet', 'Zwetschgenbaum']);
    await gateway.until('jobs{state="waiting"}', (count) => count === 1);
    const texts = await Promise.all(
      ['/healthz', '/metrics'].map(async (path) => textOutput(path, await (await gateway.get(path)).text())),
    );
    const { stdout, stderr } = await gateway.stop();
    const state = filesOf(cli.path('state'), 'the state');
    assert.ok(state.length > 5);
    const search = new LeakSearch([...planted, { what: 'a UID', text: uidRoot }]);
    const outputs = [
      textOutput('standard output', stdout),
      textOutput('standard error', stderr),
      ...texts,
      ...state,
    ];
    assert.deepEqual(await search.find(outputs), []);
  });
});
