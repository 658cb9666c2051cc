// Compiles code for the extension host, which runs plain JavaScript. One compiled form for both editors.
import * as esbuild from 'esbuild';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';

/** Compiles test/workbench; gives the compiled module that exports `run()`. */
export async function bundleWorkbenchTests(root) {
  const folder = resolve(root, 'test/workbench');
  const suites = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.test.ts'));
  const outdir = resolve(root, 'out-test');
  await bundleForHost(folder, ['index.ts', ...suites], outdir);
  return resolve(outdir, 'index.js');
}

/** Compiles modules of a folder, each into one file of its name. */
export async function bundleForHost(folder, names, outdir) {
  // A suite that was deleted must not go on running in its compiled form.
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  await esbuild.build({
    entryPoints: names.map((name) => resolve(folder, name)),
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
}
