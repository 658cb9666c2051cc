import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { writeSeries } from '../support/seriesFiles.js';
import { archivedIn, project } from './support/archive.js';
import { CommandLine, type Finished, type JsonLine } from './support/commandLine.js';
import { passwordOf, Server } from './support/server.js';

const passphrase = { GIFT_CLOUD_KEY_PASSPHRASE: 'four yellow boats' };

describe('the command key', function () {
  this.timeout(120_000);
  let cli: CommandLine;
  const runs: Finished[] = [];
  beforeEach(() => {
    cli = new CommandLine();
    runs.length = 0;
  });
  afterEach(() => cli.close());

  /** Each state folder is a machine of its own. */
  const key = async (
    args: readonly string[],
    { state = 'one', env = {} }: { state?: string; env?: Readonly<Record<string, string>> } = {},
  ): Promise<Finished> => {
    const [action = '', ...rest] = args;
    const all = ['key', action, '--project', project, '--state', cli.path(state), '--json', ...rest];
    const run = await cli.run(all, { env });
    runs.push(run);
    return run;
  };
  const keyOf = (run: Finished): JsonLine => {
    assert.equal(run.code, 0, run.stderr);
    const [line] = run.of('key').filter(({ current }) => current === true);
    assert.ok(line);
    return line;
  };
  const secretOf = (where: unknown): string =>
    (JSON.parse(readFileSync(String(where), 'utf8')) as { key: string }).key;

  it('makes, shows and refuses to make twice, and never prints the key', async () => {
    const made = keyOf(await key(['create']));
    assert.match(String(made['id']), /^[0-9a-f]{16}$/);
    assert.deepEqual([made['scheme'], made['protected']], ['keyed', false]);
    assert.equal(statSync(String(made['where'])).mode & 0o777, 0o600);
    assert.equal(keyOf(await key(['show']))['id'], made['id']);
    const twice = await key(['create']);
    assert.deepEqual([twice.code, twice.summary.error?.code], [2, 'USAGE']);
    await key(['export', '--out', 'key.json'], { env: passphrase });
    await key(['show']);
    const bytes = Buffer.from(secretOf(made['where']), 'base64');
    for (const { stdout, stderr } of runs) {
      for (const form of ['base64', 'hex'] as const) {
        assert.ok(!`${stdout}${stderr}`.includes(bytes.toString(form)), 'the key is printed');
      }
    }
  });

  it('takes a key to another machine in a file behind a passphrase', async () => {
    const made = keyOf(await key(['create']));
    const out = cli.path('backup.json');
    assert.equal((await key(['export', '--out', out], { env: passphrase })).code, 0);
    assert.ok(!readFileSync(out, 'utf8').includes(secretOf(made['where'])));
    assert.equal(statSync(out).mode & 0o777, 0o600);
    const again = await key(['export', '--out', out], { env: passphrase });
    assert.deepEqual([again.code, again.summary.error?.code], [1, 'FILE_EXISTS']);

    const wrong = await key(['import', out], {
      state: 'two',
      env: { GIFT_CLOUD_KEY_PASSPHRASE: 'five boats' },
    });
    assert.deepEqual([wrong.code, wrong.summary.error?.code], [5, 'PASSPHRASE_WRONG']);
    assert.equal((await key(['show'], { state: 'two' })).code, 5);
    writeFileSync(cli.path('passphrase'), 'four yellow boats\n');
    const taken = keyOf(
      await key(['import', out, '--passphrase-file', cli.path('passphrase')], { state: 'two' }),
    );
    assert.equal(taken['id'], made['id']);
    assert.equal(secretOf(taken['where']), secretOf(made['where']));
  });

  it('needs a passphrase for export and says how to give it', async () => {
    await key(['create']);
    const none = await key(['export', '--out', cli.path('x.json')]);
    assert.deepEqual([none.code, none.summary.error?.code], [2, 'USAGE']);
    const short = await key(['export', '--out', cli.path('x.json')], {
      env: { GIFT_CLOUD_KEY_PASSPHRASE: 'boats' },
    });
    assert.equal(short.code, 2);
    assert.ok(!existsSync(cli.path('x.json')));
  });

  it('refuses files that are no exported key', async () => {
    const made = keyOf(await key(['create']));
    writeFileSync(cli.path('text'), 'hello');
    for (const file of [cli.path('text'), cli.path('not-there'), String(made['where'])]) {
      assert.equal((await key(['import', file], { state: 'two', env: passphrase })).code, 2, file);
    }
    assert.equal((await key(['import'], { env: passphrase })).code, 2);
  });

  it('keeps the key before by its id when rotated', async () => {
    const before = keyOf(await key(['create']));
    const after = keyOf(await key(['rotate']));
    assert.notEqual(after['id'], before['id']);
    const shown = (await key(['show'])).of('key');
    assert.deepEqual(
      shown.map(({ id, current }) => [id, current]),
      [
        [after['id'], true],
        [before['id'], false],
      ],
    );
  });

  it('misses a lost key with exit 5 until it is imported or given up', async () => {
    const made = keyOf(await key(['create']));
    const out = cli.path('backup.json');
    await key(['export', '--out', out], { env: passphrase });
    rmSync(String(made['where']));
    for (const action of ['show', 'rotate', 'create']) {
      const run = await key([action]);
      assert.deepEqual([run.code, run.summary.error?.code], [5, 'KEY_MISSING'], action);
    }
    assert.equal(keyOf(await key(['import', out], { env: passphrase }))['id'], made['id']);
    rmSync(String(made['where']));
    assert.notEqual(keyOf(await key(['create', '--lost']))['id'], made['id']);
  });

  it('keeps a key behind a passphrase in the state folder too', async () => {
    const made = keyOf(await key(['create', '--protect'], { env: passphrase }));
    assert.equal(made['protected'], true);
    assert.ok(!readFileSync(String(made['where']), 'utf8').includes('"key"'));
    assert.equal(keyOf(await key(['show']))['id'], made['id']);
    const closed = await key(['rotate']);
    assert.deepEqual([closed.code, closed.summary.error?.code], [5, 'KEY_MISSING']);
    assert.equal(keyOf(await key(['rotate'], { env: passphrase }))['protected'], true);
  });

  it('asks for a passphrase on a terminal', async () => {
    await key(['create', '--protect'], { env: passphrase });
    const args = ['key', 'rotate', '--project', project, '--state', cli.path('one')];
    const typing = { after: 'Passphrase of the key: ', text: 'four yellow boats\n' };
    const { code, shown } = await cli.onTerminal(args, {}, typing);
    assert.equal(code, 0, shown);
    assert.ok(!shown.includes('yellow'));
  });

  it('takes actions, options and names that it knows only', async () => {
    for (const args of [
      ['explode'],
      ['show', 'file'],
      ['create', '--scheme', 'salted'],
      ['agree'],
      ['rotate', '--server', 'http://localhost:1'],
    ]) {
      assert.equal((await key(args)).code, 2, args.join(' '));
    }
    assert.equal((await cli.run(['key', 'show'])).code, 2);
    assert.equal((await cli.run(['key', 'show', '--project', '../x'])).code, 2);
  });

  it('makes a key for local work at first use and says so', async () => {
    await writeSeries(cli.path('in'), { instances: 1 });
    const args = (out: string): string[] => [
      'anonymise',
      cli.path('in'),
      '--out',
      cli.path(out),
      '--scheme',
      'keyed',
      '--state',
      cli.path('one'),
      '--json',
    ];
    const first = await cli.run(args('a'));
    assert.deepEqual(
      first.of('warning').map(({ code }) => code),
      ['KEY_CREATED'],
    );
    const second = await cli.run(args('b'));
    assert.deepEqual(second.of('warning'), []);
    assert.equal(second.of('file')[0]?.['output'], first.of('file')[0]?.['output']);
    rmSync(cli.path('one', 'keys'), { recursive: true });
    const lost = await cli.run(args('c'));
    assert.deepEqual([lost.code, lost.summary.error?.code], [5, 'KEY_MISSING']);
  });

  describe('with a server', () => {
    let server: Server;
    beforeEach(async () => {
      server = await Server.start(cli, ['--empty', '--data', cli.path('server')]);
      await writeSeries(cli.path('in'), { instances: 2 });
    });

    const withServer = (args: readonly string[], user = 'alice', state = 'one'): Promise<Finished> =>
      key([...args, ...server.as(user)], { state, env: { ...passphrase, ...passwordOf(user) } });
    const upload = (user = 'alice', state = 'one'): Promise<Finished> =>
      cli.run(
        [
          'upload',
          cli.path('in'),
          '--project',
          project,
          '--json',
          '--state',
          cli.path(state),
          ...server.as(user),
        ],
        { env: passwordOf(user) },
      );

    it('sets an empty project up, and two machines upload the same', async () => {
      const run = await withServer(['create']);
      const made = keyOf(run);
      assert.deepEqual(
        run.of('marker').map(({ scheme, keyId }) => [scheme, keyId]),
        [['keyed', made['id']]],
      );
      const first = await upload();
      assert.deepEqual([first.code, first.statuses], [0, ['uploaded', 'uploaded']]);
      const without = await upload('bob', 'two');
      assert.deepEqual([without.code, without.summary.error?.code], [5, 'KEY_MISSING']);
      await key(['export', '--out', cli.path('k')], { env: passphrase });
      await key(['import', cli.path('k')], { state: 'two', env: passphrase });
      const before = await archivedIn(server);
      const second = await upload('bob', 'two');
      assert.deepEqual([second.code, second.statuses], [0, ['present', 'present']]);
      assert.deepEqual(await archivedIn(server), before);
    });

    it('tells a member that an owner must set the project up, and leaves no key behind', async () => {
      const run = await withServer(['create'], 'bob');
      assert.deepEqual([run.code, run.summary.error?.code], [1, 'NOT_ALLOWED']);
      assert.match(run.summary.error?.hint ?? '', /owner/);
      assert.equal((await key(['show'])).summary.error?.code, 'KEY_MISSING');
      const later = await upload('bob');
      assert.deepEqual([later.code, later.statuses], [0, ['uploaded', 'uploaded']]);
    });

    it('makes no key for a project that is in use', async () => {
      await upload();
      const run = await withServer(['create']);
      assert.deepEqual([run.code, run.summary.error?.code], [5, 'SCHEME_MISMATCH']);
      assert.equal((await key(['show'])).code, 5);
    });

    it('stops uploads after a rotation until an owner agrees, then holds what is there already', async () => {
      await withServer(['create']);
      await upload();
      const after = keyOf(await key(['rotate']));
      const stopped = await upload();
      assert.deepEqual([stopped.code, stopped.summary.error?.code], [5, 'SCHEME_MISMATCH']);
      assert.equal((await withServer(['agree'], 'bob')).summary.error?.code, 'NOT_ALLOWED');
      const agreed = await withServer(['agree']);
      assert.equal(agreed.of('marker')[0]?.['keyId'], after['id']);
      const shown = await withServer(['show'], 'bob');
      assert.equal(shown.of('marker')[0]?.['keyId'], after['id']);
      const held = await upload();
      assert.deepEqual([held.code, held.statuses], [1, ['held SCHEME_MISMATCH', 'held SCHEME_MISMATCH']]);
    });
  });
});
