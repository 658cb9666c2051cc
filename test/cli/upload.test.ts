import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf, LeakSearch, textOutput } from '../support/planted.js';
import { writeSeries } from '../support/seriesFiles.js';
import { archivedIn, assertArchived, project } from './support/archive.js';
import { CommandLine, type Finished } from './support/commandLine.js';
import { patient, planted, plantedStatuses, writePlantedInputs } from './support/plantedInputs.js';
import { readReport } from './support/report.js';
import { passwordOf, Server } from './support/server.js';

const fileCount = plantedStatuses.done + plantedStatuses.rest.length;

describe('the command upload', () => {
  let cli: CommandLine;
  let server: Server;
  let inputs: string;
  beforeEach(async () => {
    cli = new CommandLine();
    server = await Server.start(cli, ['--empty', '--data', cli.path('server')]);
    inputs = await writePlantedInputs(cli.path('in'));
  });
  afterEach(() => cli.close());

  const upload = (args: readonly string[], user = 'alice'): Promise<Finished> =>
    cli.run(['upload', '--project', project, ...server.as(user), ...args], { env: passwordOf(user) });

  it('sends what may be sent, proves it, and repeated creates nothing twice', async () => {
    const first = await upload([inputs, '--json', '--report', 'first.json']);
    assert.equal(first.code, 1, first.stderr);
    const rest = [...plantedStatuses.rest];
    assert.deepEqual(
      [...first.statuses].sort(),
      [...Array<string>(plantedStatuses.done).fill('uploaded'), ...rest].sort(),
    );
    const counts = { deidentified: 0, uploaded: 5, present: 0, skipped: 4, held: 1, failed: 2 };
    const { bytesSent, ...totals } = first.summary.totals;
    assert.deepEqual(totals, { files: fileCount, ...counts });
    assert.ok(Number(bytesSent) > 0);
    assert.equal(first.of('series').filter(({ status }) => status === 'archived').length, 2);
    assert.equal(first.of('receipt').length, 1);
    await assertArchived(server, 3, 2);
    const report = readReport(cli.path('first.json'));
    assert.equal(report.files.length, fileCount);
    assert.deepEqual(report.totals, first.summary.totals);

    const before = await archivedIn(server);
    const again = await upload([inputs, '--json', '--report', 'again.json']);
    assert.equal(again.code, 1);
    assert.deepEqual(
      [...again.statuses].sort(),
      [...Array<string>(plantedStatuses.done).fill('present'), ...rest].sort(),
    );
    assert.equal(again.summary.totals['bytesSent'], 0);
    assert.deepEqual(await archivedIn(server), before);
    assert.deepEqual(
      readReport(cli.path('again.json')).files.map(({ input }) => input),
      report.files.map(({ input }) => input),
    );
  });

  it('ends with 0 when every file is in the archive', async () => {
    const series = join(inputs, 'geheim-Aufnahme 1');
    const first = await upload([series]);
    assert.deepEqual([first.code, first.stderr], [0, '']);
    assert.match(first.stdout, /^subject AutoUploadSubject00001 \(new\)$/m);
    assert.match(first.stdout, /: archived, 3 instances$/m);
    assert.match(first.stdout, /^3 files: 3 uploaded$/m);
    assert.deepEqual(
      (await server.requests()).filter(({ path }) => path.includes('JSESSION')).map(({ method }) => method),
      ['POST', 'DELETE'],
    );
    const again = await upload([series]);
    assert.equal(again.code, 0);
    assert.match(again.stdout, /^3 files: 3 present$/m);
    const quiet = await upload([series, '--quiet']);
    assert.equal(quiet.stdout, '3 files: 3 present\n');
  });

  it('shows a live line on a terminal, and none with --quiet', async () => {
    const args = ['upload', inputs, '--project', project, ...server.as('alice')];
    const live = await cli.onTerminal(args, passwordOf('alice'));
    assert.equal(live.code, 1, live.shown);
    assert.match(live.shown, /\r\u001b\[2K\d+ of 5 instances/);
    assert.match(live.shown, /12 files: 5 uploaded, 4 skipped, 1 held, 2 failed/);
    const quiet = await cli.onTerminal([...args, '--quiet'], passwordOf('alice'));
    assert.doesNotMatch(quiet.shown, /\u001b/);
    const json = await cli.onTerminal([...args, '--json'], passwordOf('alice'));
    assert.match(json.shown, /^\{"event":"summary".*\}\r$/m);
  });

  it('names new subjects by the prefix', async () => {
    assert.equal((await upload([inputs, '--subject-prefix', 'Site-7_'])).code, 1);
    assert.equal((await archivedIn(server))[0]?.subject, 'Site-7_00001');
  });

  it('of files alone that are not for us: exit 0, a warning, nothing on the server', async () => {
    mkdirSync(cli.path('empty'));
    for (const path of ['empty', join(inputs, 'other', 'd.txt')]) {
      const finished = await upload([path, '--json']);
      assert.equal(finished.code, 0, finished.stderr);
      assert.match(finished.stderr, /^warning: /m);
    }
    assert.deepEqual(await archivedIn(server), []);
  });

  it('of 10,000 text files skips them all', async () => {
    const many = cli.path('many');
    mkdirSync(many);
    for (let at = 0; at < 10_000; at++) writeFileSync(join(many, `${at}.txt`), 'text');
    // Far less than the files would take if any of them were kept.
    const env = { ...passwordOf('alice'), NODE_OPTIONS: '--max-old-space-size=48' };
    const args = [
      'upload',
      many,
      '--project',
      project,
      ...server.as('alice'),
      '--quiet',
      '--report',
      'report.json',
    ];
    const finished = await cli.run(args, { env });
    assert.equal(finished.code, 0, finished.stderr);
    assert.match(finished.stdout, /^10000 files: 10000 skipped$/m);
    assert.equal(readReport(cli.path('report.json')).files.length, 10_000);
  });

  it('by two programs at once puts the same patient into one subject', async () => {
    const state = (name: string): string[] => ['--state', cli.path(name)];
    const both = await Promise.all([
      upload([join(inputs, 'geheim-Aufnahme 1'), '--json', ...state('a')]),
      upload([join(inputs, 'geheim-Aufnahme 1'), '--json', ...state('b')], 'bob'),
    ]);
    const codes = both.map(({ code }) => code);
    // Whoever lost a race may have to be repeated; nothing is in the wrong place then.
    for (const code of codes) assert.ok(code === 0 || code === 1, both.map(({ stderr }) => stderr).join());
    const again = await upload([join(inputs, 'geheim-Aufnahme 1'), '--json', ...state('a')]);
    assert.equal(again.code, 0, again.stderr);
    const withFiles = (await archivedIn(server)).filter(({ files }) => files.length > 0);
    assert.deepEqual(
      withFiles.map(({ files }) => files.length),
      [3],
      JSON.stringify(withFiles),
    );
  });

  it('of two patients with one ID holds both: a person has to look', async () => {
    const other = cli.path('other-patient');
    await writeSeries(other, { ...patient, patientName: 'Somebody^Else', study: 9, instances: 1 });
    const finished = await upload([join(inputs, 'geheim-Aufnahme 1'), other, '--json']);
    assert.equal(finished.code, 1);
    assert.deepEqual(new Set(finished.statuses), new Set(['held PATIENT_AMBIGUOUS']));
    assert.deepEqual(await archivedIn(server), []);
  });

  describe('to a project', () => {
    for (const [what, user, where, error] of [
      ['that one may read but not write', 'carol', project, 'NOT_ALLOWED'],
      ['that is not there', 'alice', 'NOSUCH', 'NOT_FOUND_OR_NOT_ALLOWED'],
      ['of others', 'dave', project, 'NOT_FOUND_OR_NOT_ALLOWED'],
    ] as const) {
      it(`${what}: exit 1, a row for each file, nothing made`, async () => {
        const args = [
          'upload',
          inputs,
          '--project',
          where,
          ...server.as(user),
          '--json',
          '--report',
          'report.json',
        ];
        const finished = await cli.run(args, { env: passwordOf(user) });
        assert.equal(finished.code, 1, finished.stderr);
        const { error: told, totals } = finished.summary;
        assert.equal(told?.code, error);
        assert.match(told.hint, /\S/);
        assert.equal(readReport(cli.path('report.json')).files.length, fileCount);
        assert.equal(totals['uploaded'], 0);
        assert.deepEqual(await archivedIn(server), []);
      });
    }

    async function projectScript(body: string): Promise<void> {
      const path = `data/config/edit/projects/${project}/image/dicom/script`;
      const headers = {
        authorization: `Basic ${btoa('alice:sandbox-alice')}`,
        'user-agent': 'Test',
        'content-type': 'text/plain',
      };
      assert.equal((await fetch(`${server.url}/${path}`, { method: 'PUT', headers, body })).status, 200);
    }

    it('with a script of its own, which runs before the profile', async () => {
      await projectScript('version "6.6"\n(0008,1040) := concatenate[subject, " of ", project]\n');
      const finished = await upload([inputs, '--json']);
      assert.equal(finished.code, 1, finished.stderr);
      assert.equal(finished.summary.totals['uploaded'], plantedStatuses.done);
      const stored = readdirSync(cli.path('server'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
      const written = stored.filter((bytes) => bytes.includes(`AutoUploadSubject00001 of ${project}`));
      assert.ok(written.length >= 3, `${written.length}`);
    });

    it('with a script that can not be read: exit 5, nothing made', async () => {
      await projectScript('(0010,0010) := "somebody";\n');
      const finished = await upload([inputs, '--json', '--report', 'report.json']);
      assert.equal(finished.code, 5, finished.stderr);
      assert.equal(finished.summary.error?.code, 'SCRIPT_ERROR');
      assert.equal(readReport(cli.path('report.json')).files.length, fileCount);
      assert.deepEqual(await archivedIn(server), []);
    });
  });

  describe('when it can not begin', () => {
    for (const [what, user, password, code, error] of [
      ['a wrong password', 'alice', 'wrong', 3, 'SIGN_IN_REFUSED'],
      ['an account that waits for approval', 'erin', 'sandbox-erin', 3, 'ACCOUNT_NOT_ACTIVE'],
      ['no password', 'alice', '', 3, 'SIGN_IN_REQUIRED'],
    ] as const) {
      it(`for ${what}: exit ${code}, and the report has a row for each file`, async () => {
        const args = [
          'upload',
          inputs,
          '--project',
          project,
          ...server.as(user),
          '--json',
          '--report',
          'report.json',
        ];
        const finished = await cli.run(args, { env: { GIFT_CLOUD_PASSWORD: password } });
        assert.equal(finished.code, code, finished.stderr);
        assert.equal(finished.summary.error?.code, error);
        const { files, totals } = readReport(cli.path('report.json'));
        assert.equal(files.length, fileCount);
        assert.ok(files.every((row) => row.status === 'failed' && row.code === error));
        assert.deepEqual(totals, finished.summary.totals);
      });
    }
  });

  it('shows nothing of the patient but in the report: not in output, state, requests or on the server', async () => {
    const state = ['--state', cli.path('state')];
    await server.fault({ action: 'status', status: 500, method: 'PUT', pathPattern: '\\.zip', times: 1 });
    const runs = [
      await upload([inputs, ...state, '--report', 'report.json']),
      await upload([inputs, ...state, '--json']),
      await upload([join(inputs, 'geheim-Aufnahme fehlt'), ...state]),
    ];
    await server.fault({ action: 'diskFull', method: 'PUT' });
    const more = cli.path('in', 'Frau Zwetschgenbaum 2');
    await writeSeries(more, { ...patient, study: 2, instances: 2 });
    runs.push(await upload([more, ...state]), await upload([more, ...state, '--json']));
    const leaks = new LeakSearch(planted);
    const outputs = [
      ...runs.map(({ stdout, stderr }, at) => textOutput(`run ${at}`, stdout + stderr)),
      ...filesOf(cli.path('state'), 'the state'),
      ...filesOf(cli.path('server'), 'the server'),
      textOutput('the requests', JSON.stringify(await server.requests())),
    ];
    assert.ok(outputs.length > 15, `${outputs.length}`);
    assert.deepEqual(await leaks.find(outputs), []);
    const report = textOutput('the report', readFileSync(cli.path('report.json'), 'utf8'));
    assert.ok((await leaks.find([report])).length > 0, 'the search finds it there');
  });
});
