import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, relative } from 'node:path';
import { hashedUid } from '../../src/services/subjects/pseudonyms.js';
import { filesOf, LeakSearch, textOutput } from '../support/planted.js';
import { uidRoot, writeSeries, writeStructuredReport } from '../support/seriesFiles.js';
import { CommandLine, type Finished, type RunOptions } from './support/commandLine.js';
import { patient, planted, plantedStatuses, writePlantedInputs } from './support/plantedInputs.js';
import { readReport } from './support/report.js';

const fileCount = plantedStatuses.done + plantedStatuses.rest.length;

describe('the command anonymise', () => {
  let cli: CommandLine;
  let inputs: string;
  beforeEach(async () => {
    cli = new CommandLine();
    inputs = await writePlantedInputs(cli.path('in'));
  });
  afterEach(() => cli.close());

  const anonymise = (args: readonly string[], options?: RunOptions): Promise<Finished> =>
    cli.run(['anonymise', ...args], options);
  const written = (out: string): string[] =>
    readdirSync(cli.path(out), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(cli.path(out), join(entry.parentPath, entry.name)))
      .sort();

  it('writes study, series and instance by their new UIDs, and a report with a row for each file', async () => {
    const args = [inputs, '--out', 'out', '--json', '--report', 'below/report.json'];
    const finished = await anonymise(args);
    assert.equal(finished.code, 1, finished.stderr);
    assert.deepEqual(
      [...finished.statuses].sort(),
      [...Array<string>(plantedStatuses.done).fill('deidentified'), ...plantedStatuses.rest].sort(),
    );
    const { summary } = finished;
    assert.equal(summary.code, 1);
    assert.equal(summary.error, undefined);
    const totals = { deidentified: 5, uploaded: 0, present: 0, skipped: 4, held: 1, failed: 2 };
    assert.deepEqual(summary.totals, { files: fileCount, ...totals, bytesSent: 0 });

    const output = [1, 2, 3].map((number) =>
      join(
        hashedUid(`${uidRoot}.1`),
        hashedUid(`${uidRoot}.1.1`),
        `${hashedUid(`${uidRoot}.1.1.${number}`)}.dcm`,
      ),
    );
    assert.equal(written('out').length, 5);
    for (const path of output) assert.ok(written('out').includes(path), path);

    const report = readReport(cli.path('below', 'report.json'));
    assert.deepEqual(Object.keys(report), [
      'tool',
      'version',
      'profile',
      'started',
      'finished',
      'totals',
      'files',
    ]);
    assert.deepEqual([report.tool, report.profile], ['gift-cloud', 'basic']);
    assert.ok(Date.parse(report.started) <= Date.parse(report.finished));
    assert.deepEqual(report.totals, summary.totals);
    assert.equal(report.files.length, fileCount);
    for (const { input, output: made, status, code, reason } of report.files) {
      assert.ok(existsSync(input), input);
      assert.equal(made !== undefined, status === 'deidentified');
      if (made !== undefined) assert.ok(statSync(cli.path('out', made)).isFile());
      assert.equal(code !== undefined && reason !== undefined, status !== 'deidentified');
    }
    assert.deepEqual(
      report.files.slice(0, 3).map((row) => row.output),
      output,
    );
    // The order of the walk, which is that of the names.
    assert.deepEqual(
      report.files.map(({ input }) => input),
      report.files.map(({ input }) => input).sort(),
    );
    assert.deepEqual(readdirSync(cli.path('below')), ['report.json']);
  });

  it('tells people the reasons once and each failure by its index', async () => {
    const { code, stdout, stderr } = await anonymise([inputs, '--out', 'out']);
    assert.equal(code, 1);
    assert.match(stdout, /^found 1 studies|^file \d+: held: .*burned-in/m);
    assert.match(stdout, /^file \d+: failed: .*damaged/m);
    assert.match(stdout, /^2 x skipped: The file is not a DICOM object\.$/m);
    assert.match(stdout, /^12 files: 5 deidentified, 4 skipped, 1 held, 2 failed$/m);
    // Neither a live line nor anything else for a terminal.
    assert.doesNotMatch(stdout + stderr, /[\r\u001b]/);
    const quiet = await anonymise([inputs, '--out', 'quiet', '--quiet']);
    assert.equal(quiet.code, 1);
    assert.match(quiet.stdout, /^file \d+: failed: /m);
  });

  it('says whose content was replaced', async () => {
    await writeStructuredReport(cli.path('sr', 'report'), 'Zq7plant was here');
    const finished = await anonymise(['sr', '--out', 'out', '--report', 'report.json']);
    assert.equal(finished.code, 0, finished.stderr);
    assert.match(finished.stdout, /^1 x deidentified: The content of this report or document was replaced/m);
    const [row] = readReport(cli.path('report.json')).files;
    assert.deepEqual([row?.status, row?.code], ['deidentified', 'CONTENT_REPLACED']);
  });

  it('shows nothing of the patient but in the report', async () => {
    const state = ['--state', 'state'];
    const runs = [
      await anonymise([inputs, '--out', 'out', '--report', 'report.json', ...state]),
      await anonymise([inputs, '--out', 'out', '--json', ...state]),
      await anonymise([inputs, join(inputs, 'geheim-Aufnahme fehlt'), '--out', 'out2', ...state]),
      await anonymise([inputs, '--out', join(inputs, 'out'), ...state]),
      await anonymise([inputs, '--out', 'out3', '--script', join(inputs, 'other', 'd.txt'), ...state]),
    ];
    const leaks = new LeakSearch(planted);
    const shown = runs.map(({ stdout, stderr }, at) => textOutput(`run ${at}`, stdout + stderr));
    mkdirSync(cli.path('state'), { recursive: true });
    const kept = [...filesOf(cli.path('state'), 'the state'), ...filesOf(cli.path('out'), 'the output')];
    assert.deepEqual(await leaks.find([...shown, ...kept]), []);
    const report = textOutput('the report', readFileSync(cli.path('report.json'), 'utf8'));
    assert.ok((await leaks.find([report])).length > 0, 'the search finds it there');
  });

  it('repeated says present, and never replaces a file that is another one', async () => {
    await anonymise([inputs, '--out', 'out']);
    const [first = ''] = written('out');
    const before = readFileSync(cli.path('out', first));
    const again = await anonymise([inputs, '--out', 'out', '--json']);
    assert.equal(again.summary.totals['present'], 5);
    assert.deepEqual(readFileSync(cli.path('out', first)), before);
    writeFileSync(cli.path('out', first), 'mine');
    const third = await anonymise([inputs, '--out', 'out', '--json']);
    assert.equal(third.code, 1);
    assert.ok(third.statuses.includes('failed FILE_EXISTS'));
    assert.equal(readFileSync(cli.path('out', first), 'utf8'), 'mine');
  });

  it('takes relative paths, blanks, umlauts, and an input given twice', async () => {
    const one = join('in', basename(inputs), 'geheim-Aufnahme 1');
    const finished = await anonymise([one, `./${one}/`, inputs, '--out', 'Ausgabe für mich', '--json']);
    assert.equal(finished.statuses.length, fileCount);
    assert.equal(written('Ausgabe für mich').length, 5);
    const here = await anonymise(['.', '--out', '../there', '--json'], { cwd: inputs });
    assert.equal(here.statuses.length, fileCount);
    assert.equal(readdirSync(cli.path('in', 'there')).length, 1);
  });

  it('takes thousands of arguments', async () => {
    const paths = Array.from({ length: 4000 }, (_, at) => join(inputs, 'other', 'c', '..', `missing-${at}`));
    const finished = await anonymise([...paths, inputs, '--out', 'out', '--json']);
    assert.equal(finished.code, 1);
    assert.equal(finished.statuses.length, 4000 + fileCount);
    assert.equal(finished.summary.totals['failed'], 4002);
  });

  it('writes the subject and the experiment that are given', async () => {
    await anonymise([
      join(inputs, 'geheim-Aufnahme 1'),
      '--out',
      'out',
      '--subject',
      'Sub-1',
      '--experiment',
      'Exp_2',
    ]);
    const bytes = readFileSync(cli.path('out', written('out')[0]!)).toString('latin1');
    assert.ok(bytes.includes('Sub-1') && bytes.includes('Exp_2'));
  });

  it('skips all of a folder without images: exit 0 with a warning', async () => {
    mkdirSync(cli.path('empty'));
    for (const path of ['empty', join(inputs, 'other', 'd.txt')]) {
      const finished = await anonymise([path, '--out', 'out', '--json']);
      assert.equal(finished.code, 0, finished.stderr);
      assert.match(finished.stderr, /^warning: /m);
      assert.ok(!existsSync(cli.path('out')));
    }
  });

  it('fails what can not be read, and goes on with the rest', async function () {
    chmodSync(join(inputs, 'geheim-Aufnahme 1', 'IM1_1_0002'), 0o000);
    chmodSync(join(inputs, 'held'), 0o000);
    chmodSync(cli.home, 0o777);
    // Root may read everything.
    const somebody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    const through = process.getuid?.() === 0 ? somebody : [];
    const finished = await anonymise([inputs, '--out', cli.path('out'), '--json'], { through });
    chmodSync(join(inputs, 'held'), 0o700);
    assert.equal(finished.code, 1, finished.stderr);
    assert.equal(finished.summary.totals['deidentified'], 4);
    assert.equal(finished.statuses.filter((status) => status === 'failed FILE_UNREADABLE').length, 2);
  });

  it('fails every file when the output can not be written', async () => {
    writeFileSync(cli.path('file'), '');
    const finished = await anonymise([inputs, '--out', 'file/out', '--json', '--report', 'report.json']);
    assert.equal(finished.code, 1, finished.stderr);
    assert.equal(finished.summary.totals['deidentified'], 0);
    assert.equal(readReport(cli.path('report.json')).files.length, fileCount);
  });

  it('can be interrupted: exit 130, whole files alone, a row for each file, and repeated it finishes', async () => {
    const many = cli.path('many');
    await writeSeries(many, { ...patient, instances: 400, rows: 256, columns: 256 });
    await anonymise([many, '--out', 'clean']);
    const assertWhole = (): void => {
      for (const path of written('out'))
        assert.ok(readFileSync(cli.path('out', path)).equals(readFileSync(cli.path('clean', path))), path);
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const args = ['anonymise', many, '--out', 'out', '--json', '--report', 'report.json'];
      const running = cli.start(args);
      await running.event('file');
      const finished = await running.kill(signal);
      assert.deepEqual([finished.code, finished.signal], [130, null], finished.stderr);
      assert.equal(finished.summary.error?.code, 'CANCELLED');
      const { files } = readReport(cli.path('report.json'));
      assert.equal(files.length, 400);
      const done = files.filter(({ output }) => output !== undefined);
      assert.ok(done.length > 0 && done.length < 400, `${done.length}`);
      assert.ok(files.every(({ output, code }) => output !== undefined || code === 'CANCELLED'));
      assert.ok(written('out').length >= done.length);
      assertWhole();
    }
    const again = await anonymise([many, '--out', 'out', '--json']);
    assert.equal(again.code, 0);
    assert.equal(written('out').length, 400);
    assertWhole();
  });
});
