import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { builtProgram, CommandLine } from './support/commandLine.js';

const root = resolve(import.meta.dirname, '../..');
const docs = ['command-line', 'gateway', 'keys', 'listener'].map((name) => `docs/${name}.md`);

describe('the npm package', () => {
  let cli: CommandLine;
  before(() => (cli = new CommandLine()));
  after(() => cli.close());

  const command = (name: string, args: readonly string[], cwd: string): string =>
    execFileSync(name, args, { cwd, encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: cli.home } });
  const npm = (args: readonly string[], cwd: string): string =>
    command('npm', ['--offline', '--silent', ...args], cwd);

  it('holds the command line alone, and gives a working gift-cloud where it is installed', () => {
    const clone = cli.path('clone');
    for (const folder of ['dist', 'docs', 'src'].map((name) => join(clone, name)))
      mkdirSync(folder, { recursive: true });
    const texts = ['package.json', '.npmignore', 'README.md', 'LICENSE', ...docs, 'src/gateway.ts'];
    for (const file of texts) copyFileSync(join(root, file), join(clone, file));
    const bundles = dirname(builtProgram());
    cpSync(bundles, join(clone, 'dist'), { recursive: true });
    const archive = npm(['pack', '--ignore-scripts'], clone).trim();

    const place = cli.path('place');
    mkdirSync(join(place, 'node_modules'), { recursive: true });
    command('tar', ['-xzf', join(clone, archive)], cli.home);
    renameSync(cli.path('package'), join(place, 'node_modules', 'gift-cloud'));
    const held = readdirSync(join(place, 'node_modules', 'gift-cloud'), { recursive: true }).sort();
    assert.deepEqual(held, [
      ...['LICENSE', 'README.md', 'dist', 'dist/gateway.js', 'dist/patientList.js', 'dist/sandbox.js'],
      ...['dist/worker.js', 'docs', ...docs, 'package.json'],
    ]);
    npm(['rebuild'], place);
    const { version } = JSON.parse(readFileSync(join(clone, 'package.json'), 'utf8')) as { version: string };
    const npx = (...args: string[]): string => command('npx', ['--no-install', 'gift-cloud', ...args], place);
    assert.equal(npx('--version'), `${version}\n`);
    assert.match(npx('help'), /never for diagnosis/);
    assert.match(npx('config', '--schema'), /additionalProperties/);
  });
});

describe('an error that nobody foresaw', () => {
  let cli: CommandLine;
  before(() => (cli = new CommandLine()));
  after(() => cli.close());

  it('ends with 70, with its kind and place and without a path', async () => {
    // A program without its sandbox bundle, in a folder with a telling name.
    const folder = cli.path('Zwetschgenbaum');
    mkdirSync(folder);
    const program = join(folder, 'gateway.js');
    copyFileSync(builtProgram(), program);
    const finished = await cli.run(['sandbox', '--json'], { program });
    assert.equal(finished.code, 70, finished.stderr);
    assert.equal(finished.summary.error?.code, 'INTERNAL');
    assert.match(finished.summary.error.hint, /report this: Error MODULE_NOT_FOUND at .*\.js:\d+:\d+$/);
    assert.doesNotMatch(finished.stdout + finished.stderr, /Zwetsch|\/tmp\//);
  });
});
