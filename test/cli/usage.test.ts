import assert from 'node:assert/strict';
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { CommandLine, type Finished } from './support/commandLine.js';

describe('usage of the command line', () => {
  let cli: CommandLine;
  before(() => {
    cli = new CommandLine();
    mkdirSync(cli.path('in'));
    writeFileSync(cli.path('in', 'a.txt'), 'text');
  });
  after(() => cli.close());

  const offline = ['--server', 'http://127.0.0.1:1', '--user', 'alice'];

  it('is told with exit 0 when asked for, and with exit 2 without a command', async () => {
    for (const args of [['help'], ['--help'], ['-h']]) {
      const { code, stdout, stderr } = await cli.run(args);
      assert.equal(code, 0);
      assert.match(stdout, /never for diagnosis or treatment/);
      for (const name of ['sandbox', 'list', 'anonymise', 'upload', 'download', 'config'])
        assert.match(stdout, new RegExp(`^  ${name} `, 'm'));
      assert.equal(stderr, '');
    }
    assert.equal((await cli.run([])).code, 2);
  });

  it('of each command names its options, its own and the common ones', async () => {
    for (const [name, ...own] of [
      ['sandbox', 'port', 'data', 'plain-xnat', 'tls', 'empty'],
      ['list', 'server', 'user', 'password-file', 'ca', 'pin'],
      ['anonymise', 'out', 'profile', 'script', 'subject', 'experiment'],
      ['upload', 'server', 'project', 'profile', 'subject-prefix'],
      ['download', 'server', 'out', 'include-project', 'include-subject', 'scan-type', 'resource'],
      ['config', 'schema'],
    ]) {
      const { code, stdout } = await cli.run([name!, '--help']);
      assert.equal(code, 0);
      for (const option of [...own, 'config', 'state', 'report', 'json', 'quiet'])
        assert.match(stdout, new RegExp(`--${option}\\b`), `${name} --${option}`);
    }
  });

  it('has a version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    assert.equal((await cli.run(['--version'])).stdout, `${version}\n`);
  });

  const wrong: readonly (readonly [what: string, args: readonly string[]])[] = [
    ['an unknown command', ['explode']],
    ['an unknown option', ['list', '--explode', ...offline]],
    ['an option without its value', ['list', '--server']],
    ['a flag with a value', ['list', '--json=yes', ...offline]],
    ['a list without server', ['list', '--user', 'alice']],
    ['a list without user', ['list', '--server', 'http://127.0.0.1:1']],
    ['two paths to list', ['list', 'A', 'B', ...offline]],
    ['a path with five parts', ['list', 'A/B/C/D/E', ...offline]],
    ['a path that leads elsewhere', ['list', 'A/..', ...offline]],
    ['a project with a blank', ['list', 'A B', ...offline]],
    ['http to another machine', ['list', '--server', 'http://example.org', '--user', 'alice']],
    ['an address that is none', ['list', '--server', 'example', '--user', 'alice']],
    ['an address with a password', ['list', '--server', 'https://a:b@example.org', '--user', 'alice']],
    ['a pin that is none', ['list', '--pin', 'abc', ...offline]],
    ['a CA file that is not there', ['list', '--ca', 'nowhere.pem', ...offline]],
    ['a CA file that is none', ['list', '--ca', 'in/a.txt', ...offline]],
    ['a password file that is not there', ['list', '--password-file', 'nowhere', ...offline]],
    ['an upload of nothing', ['upload', '--project', 'P', ...offline]],
    ['an upload without project', ['upload', 'in', ...offline]],
    ['a project with an umlaut', ['upload', 'in', '--project', 'Prüfung', ...offline]],
    ['a prefix with a slash', ['upload', 'in', '--project', 'P', '--subject-prefix', 'a/b', ...offline]],
    [
      'a profile that does not exist',
      ['upload', 'in', '--project', 'P', '--profile', 'ultrasounds', ...offline],
    ],
    [
      'a state folder that can not be',
      ['upload', 'in', '--project', 'P', '--state', 'in/a.txt/x', ...offline],
    ],
    ['an anonymising of nothing', ['anonymise', '--out', 'out']],
    ['an anonymising into nowhere', ['anonymise', 'in']],
    ['an output inside the input', ['anonymise', 'in', '--out', 'in/out']],
    ['an input inside the output', ['anonymise', 'in', '--out', '.']],
    ['an output that is the input', ['anonymise', 'in', '--out', './in/../in']],
    ['a subject with a blank', ['anonymise', 'in', '--out', 'out', '--subject', 'a b']],
    ['an experiment with a dot', ['anonymise', 'in', '--out', 'out', '--experiment', 'a.b']],
    ['a script that is not there', ['anonymise', 'in', '--out', 'out', '--script', 'nowhere.das']],
    ['a download without path', ['download', '--out', 'out', ...offline]],
    ['a download into nowhere', ['download', 'P', ...offline]],
    ['a port that is none', ['sandbox', '--port', '70000']],
    ['a path for the sandbox', ['sandbox', 'somewhere']],
    ['a config that is not there', ['list', '--config', 'nowhere.json', ...offline]],
    ['config without --schema', ['config']],
    [
      'a report in a folder that can not be',
      ['anonymise', 'in', '--out', 'out', '--report', 'in/a.txt/r.json'],
    ],
  ];
  for (const [what, args] of wrong) {
    it(`calls ${what} a mistake: exit 2, a sentence, a next step, nothing done`, async () => {
      const finished = await cli.run([...args, '--json'], { env: { GIFT_CLOUD_PASSWORD: 'x' } });
      assert.equal(finished.code, 2, finished.stderr);
      const { error, code } = finished.summary;
      assert.equal(code, 2);
      assert.deepEqual(Object.keys(error ?? {}).sort(), ['code', 'hint', 'message', 'retryable']);
      assert.match(error?.message ?? '', /^[A-Z].*\.$/s);
      assert.match(error?.hint ?? '', /\S/);
      assert.equal(finished.lines.length, 1);
      assert.ok(!existsSync(cli.path('out')));
    });
  }

  it('says mistakes to people on standard error', async () => {
    const { code, stdout, stderr } = await cli.run(['explode']);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^error: There is no such command\.\n {7}\S/);
  });

  it('does not repeat what may be the name of a file', async () => {
    const told = async (args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await cli.run(args);
      assert.equal(code, 2);
      return stdout + stderr;
    };
    for (const args of [
      ['anonymise', 'in', '--Zwetschgenbaum^Apollonia.dcm', '--out', 'out'],
      ['anonymise', 'in', '-Zwetschgenbaum', '--out', 'out'],
      ['anonymise', 'in', '--out', 'out', '--profile', '/home/Zwetschgenbaum/profile.json'],
      ['anonymise', 'in', '--out', 'out', '--config', '/home/Zwetschgenbaum/config.json'],
      ['anonymise', 'in', '--out', 'out', '--script', '/home/Zwetschgenbaum/script.das'],
    ]) {
      assert.doesNotMatch(await told(args), /wetsch/i);
    }
    assert.match(
      await told(['anonymise', 'in', '--Zwetsch', '--out', 'out']),
      /Argument 2 after the command/,
    );
  });

  it('takes names that begin with a dash after --', async () => {
    writeFileSync(cli.path('-dash.txt'), 'text');
    const finished = await cli.run(['anonymise', '--json', '--out', 'dashed', '--', '-dash.txt']);
    assert.equal(finished.code, 0, finished.stderr);
    assert.deepEqual(finished.statuses, ['skipped NOT_DICOM']);
  });

  describe('the report', () => {
    const refused = (finished: Finished): void => {
      assert.equal(finished.code, 2, finished.stderr);
      assert.match(finished.stderr, /--report/);
    };

    it('never replaces what is no report', async () => {
      writeFileSync(cli.path('image.dcm'), 'an image');
      refused(await cli.run(['anonymise', 'in', '--out', 'out', '--report', 'image.dcm']));
      assert.equal(readFileSync(cli.path('image.dcm'), 'utf8'), 'an image');
      refused(await cli.run(['anonymise', 'in', '--out', 'out', '--report', 'in']));
      symlinkSync('/dev/null', cli.path('nothing'));
      refused(await cli.run(['anonymise', 'in', '--out', 'out', '--report', 'nothing']));
      assert.ok(lstatSync('/dev/null').isCharacterDevice());
    });

    it('replaces an older report and an empty file', async () => {
      writeFileSync(cli.path('empty.json'), '');
      for (let at = 0; at < 2; at++) {
        const { code } = await cli.run(['anonymise', 'in', '--out', 'fresh', '--report', 'empty.json']);
        assert.equal(code, 0);
        assert.equal(
          (JSON.parse(readFileSync(cli.path('empty.json'), 'utf8')) as { tool: string }).tool,
          'gift-cloud',
        );
      }
    });
  });
});
