import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { writeSeries } from '../support/seriesFiles.js';
import { CommandLine, type Finished } from './support/commandLine.js';
import { readReport } from './support/report.js';

describe('profiles of the command line', () => {
  let cli: CommandLine;
  beforeEach(() => {
    cli = new CommandLine();
  });
  afterEach(() => cli.close());

  const anonymise = (args: readonly string[]): Promise<Finished> => cli.run(['anonymise', ...args]);

  it('does what a profile file says, and names it in the report', async () => {
    await writeSeries(cli.path('plain'), {
      instances: 1,
      change: [
        { tag: 0x00101030, vr: 'DS', value: '71.125' },
        { tag: 0x00104000, vr: 'LT', value: 'Zq7plant' },
      ],
    });
    const profile = { name: 'weights', options: ['retainPatientCharacteristics'] };
    writeFileSync(cli.path('weights.json'), JSON.stringify(profile));
    const args = ['plain', '--out', 'out', '--report', 'report.json'];
    const finished = await anonymise([...args, '--profile', 'weights.json']);
    assert.equal(finished.code, 0, finished.stderr);
    assert.equal(readReport(cli.path('report.json')).profile, 'weights');
    const name = readdirSync(cli.path('out'), { encoding: 'utf8', recursive: true }).find((one) =>
      one.endsWith('.dcm'),
    );
    const made = readFileSync(cli.path('out', name ?? ''));
    assert.ok(made.includes('71.125') && made.includes('Profile weights'));
    assert.ok(!made.includes('Zq7plant'));
  });

  it('refuses a profile file that says something wrong, without a word of it', async () => {
    await writeSeries(cli.path('plain'), { instances: 1 });
    writeFileSync(cli.path('wrong.json'), '{"name":"x","options":["Zq7plant"]}');
    const finished = await anonymise(['plain', '--out', 'out', '--profile', 'wrong.json', '--json']);
    assert.equal(finished.code, 2);
    assert.equal(finished.summary.error?.code, 'USAGE');
    assert.doesNotMatch(finished.stdout + finished.stderr, /Zq7plant/);
    assert.ok(!existsSync(cli.path('out')));
  });
});
