// Compiles test/workbench for the extension host, which runs plain JavaScript. One compiled form for both editors.
import * as esbuild from 'esbuild';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';

/** Gives the compiled module that exports `run()`. */
export async function bundleWorkbenchTests(root) {
  const outdir = resolve(root, 'out-test');
  // A suite that was deleted must not go on running in its compiled form.
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir);
  const folder = resolve(root, 'test/workbench');
  const suites = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.test.ts'));
  await esbuild.build({
    entryPoints: ['index.ts', ...suites].map((name) => resolve(folder, name)),
    outdir,
    outbase: folder,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return resolve(outdir, 'index.js');
}
