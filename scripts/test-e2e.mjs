// Drives the packaged extension in a real VS Code against the sandbox: `npm run test:e2e`.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
process.chdir(root);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const vsix = resolve(root, `gift-cloud-${version}.vsix`);

const run = (command, args, env = process.env) =>
  spawnSync(command, args, { stdio: 'inherit', env }).status ?? 1;
const age = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0);

// The tests meet what ships; an older package would hide today's change.
if (age(vsix) === 0 || ['dist/extension.js', 'package.json'].some((file) => age(file) > age(vsix))) {
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
