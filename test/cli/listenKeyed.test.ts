import assert from 'node:assert/strict';
import { writeSeries } from '../support/seriesFiles.js';
import { archivedIn, project } from './support/archive.js';
import { CommandLine } from './support/commandLine.js';
import { GatewayProgram } from './support/gateway.js';
import { passwordOf, Server } from './support/server.js';

const env = { ...passwordOf('alice'), GIFT_CLOUD_KEY_PASSPHRASE: 'four yellow boats' };

describe('the command listen, for a project with a key of its own', function () {
  this.timeout(300_000);
  let cli: CommandLine;
  let server: Server;
  beforeEach(async () => {
    cli = new CommandLine();
    server = await Server.start(cli, ['--empty', '--data', cli.path('server')]);
    assert.equal((await key('made', 'create', ...server.as('alice'))).code, 0);
    assert.equal((await key('made', 'export', '--out', cli.path('key'))).code, 0);
  });
  afterEach(() => cli.close());

  const key = (state: string, action: string, ...rest: readonly string[]) =>
    cli.run(['key', action, ...rest, '--project', project, '--state', cli.path(state), '--json'], { env });
  const at = (state: string): readonly string[] => [...server.as('alice'), ...['--state', cli.path(state)]];

  it('gives one patient one subject on two machines, by the key that both have', async () => {
    const files = await writeSeries(cli.path('first'), { instances: 2 });
    const later = await writeSeries(cli.path('second'), { instances: 2, series: 2 });
    for (const [state, paths] of [
      ['one', files],
      ['two', later],
    ] as const) {
      assert.equal((await key(state, 'import', cli.path('key'))).code, 0);
      const gateway = await GatewayProgram.start(cli, at(state), { env });
      const sent = await gateway.send('storescu', paths);
      assert.equal(sent.code, 0, sent.told);
      await gateway.untilArchived(2);
      assert.equal((await gateway.stop()).code, 0);
    }
    const found = await archivedIn(server);
    assert.equal(new Set(found.map(({ subject }) => subject)).size, 1);
    assert.deepEqual(found.map(({ files: { length } }) => length).sort(), [2, 2]);
  });

  it('does not begin without the key, and asks for it by the exit code', async () => {
    const listen = ['listen', '--project', project, '--port', '0', '--json', ...at('none')];
    const { code, stdout } = await cli.run(listen, { env });
    assert.equal(code, 5, stdout);
    assert.match(stdout, /"code":"KEY_MISSING"/);
    assert.ok(!stdout.includes('"event":"listening"'));
  });
});
