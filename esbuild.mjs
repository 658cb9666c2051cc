// Bundles the programs of the project; see docs/architecture.md, "Bundles".
import * as esbuild from 'esbuild';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
const outdir = process.argv.find((argument) => argument.startsWith('--outdir='))?.slice(9) ?? 'dist';

/** One bundle a program: the editor, its services, the command line, the sandbox, the two threads. */
const entryPoints = {
  extension: 'src/extension.ts',
  services: 'src/services/createServices.ts',
  gateway: 'src/gateway.ts',
  sandbox: 'src/sandbox/main.ts',
  worker: 'src/services/worker/workerMain.ts',
  patientList: 'src/services/patientList/listMain.ts',
};
const present = Object.fromEntries(Object.entries(entryPoints).filter(([, file]) => existsSync(file)));

/** The editor loads the services at first use, from a file of their own: activation reads the tree and commands alone. */
const servicesApart = {
  name: 'services-apart',
  setup(build) {
    build.onResolve({ filter: /\/services\/createServices\.js$/ }, ({ importer, kind }) =>
      kind === 'dynamic-import' && importer.endsWith('lazyServices.ts')
        ? { path: './services.js', external: true }
        : undefined,
    );
  },
};

/** axios brings a library for web forms with a table of 2,500 file types; this program sends no forms. */
const withoutForms = {
  name: 'without-forms',
  setup(build) {
    build.onResolve({ filter: /^form-data$/ }, () => ({ path: 'form-data', namespace: 'without-forms' }));
    build.onLoad({ filter: /./, namespace: 'without-forms' }, () => ({
      contents: 'module.exports = class FormData {};',
    }));
  },
};

/** Its adapter for `fetch`, which is not used here, makes Node load its own: 9 MB and 20 ms. */
const withoutFetch = {
  name: 'without-fetch',
  setup(build) {
    build.onLoad({ filter: /axios\/lib\/adapters\/fetch\.js$/ }, () => ({
      contents: 'export const getFetch = () => false;',
    }));
  },
};

const options = {
  entryPoints: present,
  outdir,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode'],
  plugins: [servicesApart, withoutForms, withoutFetch],
  // Lazy loading as `require`: the extension host gives it to every module alike.
  supported: { 'dynamic-import': false },
  sourcemap: production ? false : 'linked',
  minify: production,
  metafile: true,
  logLevel: 'warning',
};

/** Programs of the pages, which run in a browser and know nothing of the editor. */
const pages = {
  ...options,
  entryPoints: {
    preview: 'src/webviews/preview/app/main.ts',
    query: 'src/webviews/query/app/main.ts',
    settings: 'src/webviews/settings/app/main.ts',
  },
  outdir: `${outdir}/webviews`,
  platform: 'browser',
  format: 'iife',
  target: 'es2022',
  plugins: [],
};

if (watch) {
  for (const one of [options, pages]) await (await esbuild.context(one)).watch();
} else {
  await esbuild.build(pages);
  const result = await esbuild.build(options);
  mkdirSync(outdir, { recursive: true });
  writeFileSync(`${outdir}/meta.json`, JSON.stringify(result.metafile));
}
