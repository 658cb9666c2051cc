import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandLine, type Finished } from './support/commandLine.js';
import { plantedStatuses, writePlantedInputs } from './support/plantedInputs.js';
import { readReport } from './support/report.js';

const fileCount = plantedStatuses.done + plantedStatuses.rest.length;

describe('the command anonymise with --script', () => {
  let cli: CommandLine;
  let inputs: string;
  beforeEach(async () => {
    cli = new CommandLine();
    inputs = await writePlantedInputs(cli.path('in'));
  });
  afterEach(() => cli.close());

  const anonymise = (args: readonly string[]): Promise<Finished> => cli.run(['anonymise', ...args]);
  const written = (out: string): string[] =>
    readdirSync(cli.path(out), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  const stock =
    'project != "Unassigned" ? (0008,1030) := project\n(0010,0010) := subject\n\n(0010,0020) := session\n';

  it('takes the stock script, which changes nothing', async () => {
    writeFileSync(cli.path('stock.das'), `// comment\nversion "6.1"\n${stock}`);
    const finished = await anonymise([inputs, '--out', 'out', '--script', 'stock.das', '--json']);
    assert.equal(finished.code, 1);
    assert.equal(written('out').length, 5);
  });

  it('runs any other before the profile', async () => {
    writeFileSync(
      cli.path('other.das'),
      'version "6.6"\n(0008,1030) := "Knee study"\n(0008,1040) := (0010,0010)\n',
    );
    const finished = await anonymise([inputs, '--out', 'out', '--script', 'other.das', '--json']);
    assert.equal(finished.code, 1, finished.stderr);
    const files = written('out').map((path) => readFileSync(path));
    assert.equal(files.length, 5);
    assert.ok(files.every((bytes) => bytes.includes('Knee study')));
  });

  it('skips what a script rejects', async () => {
    writeFileSync(cli.path('other.das'), 'version "6.6"\nreject[]\n');
    const finished = await anonymise([inputs, '--out', 'out', '--script', 'other.das', '--json']);
    assert.equal(finished.statuses.filter((status) => status === 'skipped SCRIPT_REJECTED').length, 5);
    assert.ok(!existsSync(cli.path('out')));
  });

  for (const [what, script] of [
    ['can not be read', '(0010,0010) := "somebody";\n'],
    ['needs what nobody supplies', '(0010,0010) := hospital\n'],
    ['fails on an object', '-(0010,0010)\n(0028,0010) := "many"\n'],
  ] as const) {
    it(`stops for one that ${what}: exit 5, nothing written, a row for each file`, async () => {
      writeFileSync(cli.path('other.das'), script);
      const args = [inputs, '--out', 'out', '--script', 'other.das', '--json', '--report', 'report.json'];
      const finished = await anonymise(args);
      assert.equal(finished.code, 5, finished.stderr);
      assert.equal(finished.summary.error?.code, 'SCRIPT_ERROR');
      assert.match(finished.summary.error.message, /line \d, column \d+/);
      assert.ok(!existsSync(cli.path('out')));
      const { files, totals } = readReport(cli.path('report.json'));
      assert.equal(files.length, fileCount);
      assert.equal(
        files.filter(({ status, code }) => status === 'failed' && code === 'SCRIPT_ERROR').length > 0,
        true,
      );
      assert.deepEqual(totals, finished.summary.totals);
    });
  }

  it('tells mistakes of usage first: exit 2 before 5', async () => {
    writeFileSync(cli.path('other.das'), '(0010,0010) := "somebody";\n');
    const script = ['--script', 'other.das'];
    assert.equal((await anonymise([inputs, ...script])).code, 2);
    assert.equal((await anonymise([inputs, '--out', join(inputs, 'x'), ...script])).code, 2);
    assert.equal((await anonymise([inputs, '--out', 'out', '--subject', 'a b', ...script])).code, 2);
  });
});
