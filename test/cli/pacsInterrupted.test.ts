import assert from 'node:assert/strict';
import { FakePacs, type Asked } from '../support/fakePacs.js';
import { answerListing, field, storeByGet, studyOfFake } from '../support/fakeStudy.js';
import { archivedIn, project } from './support/archive.js';
import { CommandLine, type Finished, type JsonLine, type Running } from './support/commandLine.js';
import { GatewayProgram } from './support/gateway.js';
import { passwordOf, Server } from './support/server.js';

const env = passwordOf('alice');

describe('the command retrieve, interrupted', function () {
  this.timeout(120_000);
  let cli: CommandLine;
  let server: Server;
  let pacs: FakePacs;
  beforeEach(async () => {
    cli = new CommandLine();
    server = await Server.start(cli);
  });
  afterEach(async () => {
    await pacs.stop();
    await cli.close();
  });

  /** A PACS that lists three instances. */
  const begin = async (onGet: (asked: Asked) => Promise<void>): Promise<void> => {
    pacs = await FakePacs.start(async (asked) => {
      if (await answerListing(asked, 3)) return;
      if (asked.message.command.field === field.get) await onGet(asked);
    });
  };
  const retrieve = (...args: readonly string[]): Running => {
    const { aeTitle, port } = pacs.node();
    const where = ['--pacs', `${aeTitle}@127.0.0.1:${port}`, '--get', '--study', studyOfFake];
    const to = ['--project', project, ...server.as('alice'), '--state', 'state', '--json'];
    return cli.start(['retrieve', ...where, ...to, ...args], { env });
  };
  const queue = (...args: readonly string[]): Promise<Finished> =>
    cli.run(['queue', ...args, '--state', 'state', '--json'], { env });
  const onlyJob = async (): Promise<JsonLine> => {
    const jobs = (await queue('list')).of('item');
    const [job] = jobs;
    assert.ok(job !== undefined && jobs.length === 1);
    return job;
  };
  const archived = async (): Promise<number> => {
    const found = await archivedIn(server);
    return found.reduce((sum, { files }) => sum + files.length, 0);
  };

  it('leaves a job of what came when it is killed', async () => {
    let came = (): void => undefined;
    const two = new Promise<void>((resolve) => (came = resolve));
    await begin(async (asked) => {
      for (const number of [1, 2]) assert.equal(await storeByGet(asked, number), 0);
      came();
      await new Promise(() => undefined);
    });
    const program = retrieve();
    await Promise.all([two, program.event('job')]);
    // The job is in the journal a moment after the first object was answered.
    while ((await queue('list')).of('item').length === 0);
    await program.kill('SIGKILL');
    const { id, state, origin } = await onlyJob();
    assert.deepEqual([state, origin], ['discovered', { kind: 'retrieved', node: 'FAKE' }]);
    const again = await queue('retry', String(id), ...server.as('alice'));
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual([await archived(), (await onlyJob())['state']], [2, 'archived']);
  });

  it('tells the PACS, and keeps what came as a cancelled job, when it is stopped', async () => {
    const programs: Running[] = [];
    await begin(async (asked) => {
      await storeByGet(asked, 1);
      programs[0]?.child.kill('SIGINT');
      assert.equal((await asked.association.receive())?.command.field, field.cancel);
      await asked.answer(0xfe00);
    });
    programs.push(retrieve());
    const { code } = (await programs[0]?.finished) ?? {};
    assert.equal(code, 130);
    const job = await onlyJob();
    assert.deepEqual([job['state'], job['retrieved']], ['cancelled', { expected: 3, received: 1, shortfalls: [] }]); // prettier-ignore
    assert.equal(await archived(), 0);
    assert.equal((await queue('discard', String(job['id']), '--yes')).code, 0);
  });

  it('waits for a gateway that sends the job', async () => {
    const gateway = await GatewayProgram.start(cli, [...server.as('alice')], { env });
    await begin(async (asked) => {
      for (const number of [1, 2, 3]) {
        await storeByGet(asked, number);
        // The gateway looks every second: it knows of the job before the retrieval has ended.
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
      await asked.answer(0);
    });
    const result = await retrieve().finished;
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual([result.summary.totals['archived'], await archived()], [3, 3]);
    assert.deepEqual((await onlyJob())['retrieved'], { expected: 3, received: 3, shortfalls: [] });
    assert.equal((await gateway.stop()).code, 0);
  });

  it('explains each difference', async () => {
    await begin(async (asked) => {
      await storeByGet(asked, 1);
      await asked.answer(0xb000);
    });
    const result = await retrieve().finished;
    assert.equal(result.code, 1, result.stderr);
    const { expected, archived: done } = result.summary.totals;
    assert.deepEqual([expected, done, await archived()], [3, 1, 1]);
    const differences = result.of('difference').map(({ status, count, reason }) => [status, count, reason]);
    assert.deepEqual(differences, [['missing', 2, 'The PACS lists them and did not send them.']]);
  });
});
