// Drives the packaged extension in a real VS Code against the sandbox: `npm run test:e2e`.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
process.chdir(root);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const vsix = resolve(root, `gift-cloud-${version}.vsix`);

const run = (command, args, env = process.env) =>
  spawnSync(command, args, { stdio: 'inherit', env }).status ?? 1;

/** When a file, or anything in a folder, was changed last. */
function changed(path) {
  if (!existsSync(path)) return 0;
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => changed(join(path, name))));
}

// The tests meet what ships; an older package would hide today's change.
const packaged = [
  'src',
  'media',
  'syntaxes',
  'l10n',
  'package.json',
  'package.nls.json',
  'esbuild.mjs',
  'README.md',
];
if (packaged.some((path) => changed(path) >= changed(vsix))) {
  const code = run('bash', ['scripts/package.sh']);
  if (code !== 0) process.exit(code);
}
rmSync('test-results/screens', { recursive: true, force: true });
rmSync('test-results/e2e.json', { force: true });
const mocha = [
  'node_modules/mocha/bin/mocha.js',
  '--config',
  'test/.mocharc.e2e.json',
  ...process.argv.slice(2),
];
process.exit(run(process.execPath, mocha, { ...process.env, GIFT_CLOUD_VSIX: vsix }));
