import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeSeries } from '../support/seriesFiles.js';
import { archivedIn, project } from './support/archive.js';
import { CommandLine } from './support/commandLine.js';
import { readReport } from './support/report.js';
import { passwordOf, Server } from './support/server.js';

const files = 3;

describe('the command upload, interrupted', function () {
  this.timeout(300_000);
  let cli: CommandLine;
  let server: Server;
  beforeEach(async () => {
    cli = new CommandLine();
    server = await Server.start(cli);
  });
  afterEach(() => cli.close());

  const args = (folder: string): readonly string[] => [
    ...['upload', folder, '--project', project, ...server.as('alice')],
    ...['--json', '--report', 'report.json'],
  ];
  const env = passwordOf('alice');
  /** Resolves when the server has got this many requests, or the program has ended. */
  const reached = async (requests: number, ended: () => boolean): Promise<void> => {
    while (!ended() && (await server.requests()).length < requests) await sleep(2);
  };

  for (const [signal, first] of [
    ['SIGINT', 1],
    ['SIGKILL', 2],
  ] as const) {
    it(`by ${signal} at any step leaves nothing wrong behind, and a repetition completes it`, async () => {
      // A request takes its time, so that the signal meets it at work.
      await server.fault({ action: 'delay', delayMs: 25 });
      let interrupted = 0;
      for (let step = first; step <= 18; step += 2) {
        const folder = `in${step}`;
        const patient = { patientId: `PATIENT${step}`, patientName: `Number^${step}` };
        await writeSeries(cli.path(folder), { ...patient, study: step, instances: files });
        await server.forgetRequests();
        const running = cli.start(args(folder), { env });
        await reached(step, () => running.child.exitCode !== null);
        const finished = await running.kill(signal);
        if (finished.code !== 0) interrupted++;
        if (signal === 'SIGINT' && finished.code !== 0) {
          assert.equal(finished.code, 130, `step ${step}: ${finished.stderr}`);
          assert.equal(finished.summary.error?.code, 'CANCELLED');
          assert.equal(readReport(cli.path('report.json')).files.length, files);
        }
        const again = await cli.run(args(folder), { env });
        assert.equal(again.code, 0, `step ${step}: ${again.stderr}`);
        assert.ok(again.statuses.every((status) => status === 'uploaded' || status === 'present'));
      }
      assert.ok(interrupted >= 6, `interrupted ${interrupted} times`);
      await server.clearFaults();
      const archived = await archivedIn(server);
      const shown = JSON.stringify(archived);
      const whole = archived.filter(({ files: names }) => names.length > 0);
      assert.deepEqual(
        whole.map(({ files: names }) => names.length),
        Array(9).fill(files),
        shown,
      );
      assert.equal(new Set(whole.map(({ subject }) => subject)).size, 9, shown);
      // Only a program that was killed between making a subject and noting it leaves one that is empty.
      if (signal === 'SIGINT') assert.equal(archived.length, 9, shown);
      assert.deepEqual(
        readdirSync(cli.home).filter((name) => name.endsWith('.part')),
        [],
      );
    });
  }

  it('while the server is silent ends soon, and a second signal ends it at once', async () => {
    await writeSeries(cli.path('in'), { instances: 1 });
    await server.fault({ action: 'hang', method: 'PUT', pathPattern: '\\.zip' });
    const hangs = async (): Promise<boolean> =>
      (await server.requests()).some(({ path, status }) => path.includes('.zip') && status === 0);
    for (const twice of [false, true]) {
      await server.forgetRequests();
      const running = cli.start(args('in'), { env });
      while (!(await hangs())) await sleep(10);
      if (twice) await server.fault({ action: 'hang', method: 'DELETE' });
      running.child.kill('SIGINT');
      if (twice) {
        while (!(await server.requests()).some(({ method }) => method === 'DELETE')) await sleep(10);
        running.child.kill('SIGINT');
      }
      const { code, signal } = await running.finished;
      assert.deepEqual([code, signal], twice ? [null, 'SIGINT'] : [130, null]);
    }
  });

  it('by SIGTERM ends the same way', async () => {
    await writeSeries(cli.path('in'), { instances: files });
    await server.fault({ action: 'delay', delayMs: 100 });
    const running = cli.start(args('in'), { env });
    await reached(8, () => running.child.exitCode !== null);
    assert.equal((await running.kill('SIGTERM')).code, 130);
  });
});
