import assert from 'node:assert/strict';
import type { FaultRule } from '../../src/sandbox/server/faults.js';
import { writeSeries } from '../support/seriesFiles.js';
import { assertArchived, project } from './support/archive.js';
import { CommandLine, type Finished } from './support/commandLine.js';
import { readReport } from './support/report.js';
import { passwordOf, Server } from './support/server.js';

const zip = { method: 'PUT', pathPattern: '\\.zip' } as const;

describe('the command upload against faults of the server', () => {
  let cli: CommandLine;
  let server: Server;
  beforeEach(async () => {
    cli = new CommandLine();
    server = await Server.start(cli);
    await writeSeries(cli.path('in'), { instances: 3 });
  });
  afterEach(() => cli.close());

  const upload = (user = 'alice'): Promise<Finished> =>
    cli.run(['upload', 'in', '--project', project, ...server.as(user), '--json', '--report', 'report.json'], {
      env: passwordOf(user),
    });

  /** What holds for every run: a code, a sentence with a next step, and a row for each file. */
  const assertTold = (finished: Finished): void => {
    const { summary } = finished;
    assert.equal(summary.code, finished.code);
    const { files, totals } = readReport(cli.path('report.json'));
    assert.equal(files.length, 3);
    assert.deepEqual(totals, summary.totals);
    // An error before the files were looked at: then the report alone speaks of each.
    if (finished.statuses.length > 0)
      assert.deepEqual(
        files.map(({ status, code }) => [status, code].filter(Boolean).join(' ')),
        finished.statuses,
      );
    for (const { status, reason } of files)
      if (status === 'failed') assert.match(reason ?? '', /^[A-Z].*\.$/s);
    if (summary.error) assert.match(summary.error.hint, /\S/);
  };

  const assertHeals = async (): Promise<void> => {
    await server.clearFaults();
    const again = await upload();
    assert.equal(again.code, 0, again.stderr);
    await assertArchived(server, 3);
  };

  for (const [what, rule] of [
    ['a session that expires at every step once', { action: 'expireSession', after: 4, times: 1 }],
    ['a session that expires with the upload', { ...zip, action: 'expireSession', times: 1 }],
    ['a 500 that stores nothing', { ...zip, action: 'status', status: 500, times: 1 }],
    ['a connection dropped in the middle', { ...zip, action: 'dropUpload', afterBytes: 900, times: 1 }],
    ['a connection dropped before the answer', { ...zip, action: 'drop', times: 1 }],
    ['a 200 that stores nothing', { ...zip, action: 'ignoreWrite', times: 1 }],
    [
      'a web page where a list was expected',
      { action: 'htmlInsteadOfJson', pathPattern: 'files\\?', times: 1 },
    ],
    ['a list that breaks off', { action: 'dropMidBody', pathPattern: 'files\\?', times: 1 }],
    ['a busy server', { action: 'status', status: 503, method: 'GET', times: 1 }],
  ] as const satisfies readonly (readonly [string, FaultRule])[]) {
    it(`survives ${what}: exit 0`, async () => {
      await server.fault(rule);
      const finished = await upload();
      assert.equal(finished.code, 0, finished.stderr);
      assertTold(finished);
      assert.deepEqual(finished.statuses, ['uploaded', 'uploaded', 'uploaded']);
      await assertArchived(server, 3);
    });
  }

  for (const [what, rule, code, error, status] of [
    ['keeps nothing of what it accepts', { ...zip, action: 'ignoreWrite' }, 1, undefined, 'WRITE_NOT_STORED'],
    ['answers every upload with 500', { ...zip, action: 'status', status: 500 }, 1, undefined, undefined],
    ['has no space', { ...zip, action: 'diskFull' }, 1, 'SERVER_FULL', 'SERVER_FULL'],
    ['answers everything with 500', { action: 'status', status: 500 }, 1, 'SERVER_ERROR', 'SERVER_ERROR'],
    ['answers with web pages', { action: 'htmlInsteadOfJson', method: 'GET' }, 1, undefined, undefined],
    ['goes away', { action: 'drop', after: 6 }, 4, 'SERVER_UNREACHABLE', 'SERVER_UNREACHABLE'],
    [
      'lets no session live',
      { action: 'expireSession', after: 3 },
      3,
      'SIGN_IN_REQUIRED',
      'SIGN_IN_REQUIRED',
    ],
    [
      'takes no subject',
      { action: 'status', status: 403, method: 'PUT', pathPattern: 'subjects/[^/?]*\\?' },
      1,
      'NOT_ALLOWED',
      'NOT_ALLOWED',
    ],
    [
      'keeps no pseudonym',
      { action: 'ignoreWrite', method: 'POST', pathPattern: 'pseudonyms' },
      1,
      undefined,
      undefined,
    ],
  ] as const satisfies readonly (readonly [
    string,
    FaultRule,
    number,
    string | undefined,
    string | undefined,
  ])[]) {
    it(`that ${what}: exit ${code}, told, and healed by a repetition`, async () => {
      await server.fault(rule);
      const finished = await upload();
      assert.equal(finished.code, code, finished.stderr);
      assertTold(finished);
      if (error !== undefined) assert.equal(finished.summary.error?.code, error);
      for (const one of finished.statuses)
        assert.match(one, status === undefined ? /^failed [A-Z_]+$/ : new RegExp(`^failed ${status}$`));
      await assertHeals();
    });
  }

  it('notices that a collaborator stored nothing in a known series', async () => {
    assert.equal((await upload()).code, 0);
    await writeSeries(cli.path('in'), { instances: 4 });
    const finished = await upload('carol');
    assert.equal(finished.code, 1);
    assert.deepEqual(finished.statuses, ['present', 'present', 'present', 'failed WRITE_NOT_STORED']);
    await assertArchived(server, 3);
  });

  it('goes on with the next series when one alone meets an error: exit 1', async () => {
    await writeSeries(cli.path('in', 'second'), { instances: 2, series: 2 });
    await server.fault({ action: 'status', status: 500, method: 'PUT', pathPattern: 'scans/Series2' });
    const finished = await upload();
    assert.equal(finished.code, 1);
    assert.equal(finished.summary.error, undefined);
    assert.equal(
      finished.summary.totals['failed'],
      finished.statuses.filter((one) => one.startsWith('failed')).length,
    );
    assert.ok(Number(finished.summary.totals['uploaded']) > 0);
    await server.clearFaults();
    const again = await upload();
    assert.equal(again.code, 0);
    await assertArchived(server, 3, 2);
  });
});
