import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { filesOf, LeakSearch, textOutput } from '../support/planted.js';
import { writeSeries } from '../support/seriesFiles.js';
import { assertArchived, project } from './support/archive.js';
import { CommandLine, type Finished, type JsonLine } from './support/commandLine.js';
import { planted, writePlantedInputs } from './support/plantedInputs.js';
import { passwordOf, Server } from './support/server.js';

describe('the command queue', function () {
  this.timeout(300_000);
  let cli: CommandLine;
  let server: Server;
  beforeEach(async () => {
    cli = new CommandLine();
    server = await Server.start(cli);
  });
  afterEach(() => cli.close());

  const env = passwordOf('alice');
  const upload = (...inputs: readonly string[]): readonly string[] => [
    ...['upload', ...inputs, '--project', project, ...server.as('alice'), '--state', 'state', '--json'],
  ];
  const queue = (...args: readonly string[]): Promise<Finished> =>
    cli.run(['queue', ...args, '--state', 'state', '--json'], { env });
  const items = async (): Promise<readonly JsonLine[]> => (await queue('list')).of('item');
  /** An upload that is killed while its first batch is on its way. */
  const killed = async (): Promise<string> => {
    await server.fault({ action: 'hang', method: 'PUT', pathPattern: '\\.zip', times: 1 });
    const running = cli.start(upload('in'), { env });
    while (!(await server.requests()).some(({ path }) => path.includes('.zip'))) await sleep(10);
    await running.kill('SIGKILL');
    const [job] = await items();
    return String(job?.['id']);
  };

  it('is empty at first', async () => {
    const list = await queue('list');
    assert.deepEqual([list.code, list.of('item')], [0, []]);
    assert.deepEqual(list.summary.totals['jobs'], 0);
  });

  it('shows what was done, in counts', async () => {
    await writeSeries(cli.path('in'), { instances: 3 });
    assert.equal((await cli.run(upload('in'), { env })).code, 0);
    const [job, ...others] = await items();
    assert.deepEqual(others, []);
    const {
      state,
      project: where,
      server: url,
      user,
      active,
      profile,
    } = job as Readonly<Record<string, unknown>>;
    assert.deepEqual(
      { state, where, url, user, active, profile },
      { state: 'archived', where: project, url: server.url, user: 'alice', active: false, profile: 'basic' },
    );
    assert.equal((job?.['totals'] as Record<string, number>)['uploaded'], 3);
  });

  it('retry brings a killed upload to its end, and nothing twice', async () => {
    await writeSeries(cli.path('in'), { instances: 3 });
    const id = await killed();
    // Without a server the job is marked alone.
    const marked = await queue('retry', id);
    assert.equal(marked.code, 0, marked.stderr);
    const done = await queue('retry', id, ...server.as('alice'));
    assert.equal(done.code, 0, done.stderr);
    assert.deepEqual(
      done.of('item').map(({ state }) => state),
      ['archived'],
    );
    assert.equal(done.statuses.length, 3);
    await assertArchived(server, 3);
  });

  it('retry tells what still goes wrong, with the exit code of an upload', async () => {
    await writeSeries(cli.path('in'), { instances: 2 });
    await server.fault({ action: 'status', status: 500, method: 'PUT', pathPattern: '\\.zip' });
    assert.equal((await cli.run(upload('in'), { env })).code, 1);
    const [job] = await items();
    assert.equal(job?.['state'], 'waiting');
    assert.ok(job['nextAttempt']);
    const again = await queue('retry', ...server.as('alice'));
    assert.equal(again.code, 1, again.stderr);
    await server.clearFaults();
    assert.equal((await queue('retry', ...server.as('alice'))).code, 0);
    await assertArchived(server, 2);
  });

  it('goes on with the same job when the same upload is asked for again', async () => {
    await writeSeries(cli.path('in'), { instances: 2 });
    await server.fault({ action: 'status', status: 500, method: 'PUT', pathPattern: '\\.zip' });
    assert.equal((await cli.run(upload('in'), { env })).code, 1);
    const before = await items();
    await server.clearFaults();
    assert.equal((await cli.run(upload(cli.path('in')), { env })).code, 0);
    const after = await items();
    assert.deepEqual(
      after.map(({ id, state }) => [id, state]),
      before.map(({ id }) => [id, 'archived']),
    );
  });

  it('cancels, discards, and says what it does not know', async () => {
    await writeSeries(cli.path('in'), { instances: 2 });
    await server.fault({ action: 'status', status: 500, method: 'PUT', pathPattern: '\\.zip' });
    await cli.run(upload('in'), { env });
    const [job] = await items();
    const id = String(job?.['id']);
    const cancelled = await queue('cancel', id);
    assert.deepEqual(
      cancelled.of('item').map(({ state }) => state),
      ['cancelled'],
    );
    assert.equal((await queue('discard', id)).code, 0);
    assert.deepEqual(await items(), []);
    for (const args of [
      ['cancel', id],
      ['discard', id],
      ['cancel'],
      ['discard'],
      ['release'],
      ['list', id],
      ['what'],
    ])
      assert.equal((await queue(...args)).code, 2, args.join(' '));
  });

  it('tells an entry that it can not read, and leaves it', async () => {
    await writeSeries(cli.path('in'), { instances: 1 });
    await cli.run(upload('in'), { env });
    const [id = ''] = readdirSync(cli.path('state', 'queue')).filter(
      (name) => !name.includes('.') && name !== 'clock',
    );
    writeFileSync(cli.path('state', 'queue', id, 'status.json'), '{"version":99}');
    const list = await queue('list');
    assert.equal(list.code, 0);
    assert.deepEqual(
      list.of('unreadable').map(({ id: which, why }) => [which, why]),
      [[id, 'newer']],
    );
    assert.match(list.stderr, /newer version; it is kept/);
    assert.equal((await queue('discard', id)).code, 1);
  });

  it('names no patient, file or folder: in state, output or errors', async () => {
    const inputs = await writePlantedInputs(cli.path('in'));
    await server.fault({ action: 'status', status: 500, method: 'PUT', pathPattern: '\\.zip' });
    await cli.run(upload(inputs), { env });
    const runs = [await queue('list'), await queue('retry', ...server.as('alice'))];
    rmSync(cli.path('in'), { recursive: true });
    runs.push(await queue('retry', ...server.as('alice')));
    const outputs = [
      ...runs.map(({ stdout, stderr }, at) => textOutput(`run ${at}`, stdout + stderr)),
      ...filesOf(cli.path('state'), 'the state'),
    ];
    assert.ok(outputs.length > 5);
    assert.deepEqual(await new LeakSearch(planted).find(outputs), []);
  });
});
