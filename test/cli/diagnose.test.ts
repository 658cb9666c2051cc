import assert from 'node:assert/strict';
import { CommandLine, type Finished } from './support/commandLine.js';
import { passwordOf, Server } from './support/server.js';

describe('the command diagnose', () => {
  let cli: CommandLine;
  let server: Server;
  before(async () => {
    cli = new CommandLine();
    server = await Server.start(cli);
  });
  after(() => cli.close());

  const outcomes = (finished: Finished): string[] =>
    finished.of('finding').map(({ step, outcome }) => `${String(step)} ${String(outcome)}`);

  it('finds the way to the server in order, with the rights in the project', async () => {
    const args = ['diagnose', ...server.as('alice'), '--project', 'GIFTDEMO', '--json'];
    const finished = await cli.run(args, { env: passwordOf('alice') });
    assert.equal(finished.code, 0, finished.stderr);
    const steps = ['address', 'proxy', 'name', 'connection', 'certificate', 'signIn', 'version', 'project'];
    assert.deepEqual(
      outcomes(finished),
      steps.map((step) => `${step} good`),
    );
    assert.doesNotMatch(finished.stdout, /alice|sandbox-/);
  });

  it('says what is wrong and what to do, with exit 1', async () => {
    const args = ['diagnose', ...server.as('carol'), '--project', 'GIFTDEMO', '--pacs', 'NOBODY@127.0.0.1:1'];
    const finished = await cli.run(args, { env: passwordOf('carol') });
    assert.equal(finished.code, 1, finished.stderr);
    assert.match(finished.stdout, /^warning {2}project · The account may read project GIFTDEMO, not upload/m);
    assert.match(finished.stdout, /^bad {6}node NOBODY · .*can't be reached.*Nothing listens there/m);
  });

  it('looks at the way alone without a user, and at an address that is none', async () => {
    const way = await cli.run(['diagnose', ...server.as('alice').slice(0, 2), '--json']);
    assert.equal(way.code, 0, way.stderr);
    assert.deepEqual(outcomes(way).slice(-3), ['signIn skipped', 'version skipped', 'project skipped']);
    const none = await cli.run(['diagnose', '--server', 'giftcloud', '--json']);
    assert.equal(none.code, 1);
    assert.equal(outcomes(none)[0], 'address bad');
  });

  it('wants something to look at', async () => {
    assert.equal((await cli.run(['diagnose'])).code, 2);
  });
});
