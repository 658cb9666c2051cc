// Runs test/workbench inside the extension host of a real VS Code: `npm run test:workbench`, or only the tests whose
// title holds a text: `npm run test:workbench -- "an upload"`.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { tsImport } from 'tsx/esm/api';
import { bundleWorkbenchTests } from './bundle-workbench-tests.mjs';

const root = resolve(import.meta.dirname, '..');
const { runWorkbenchSuites } = await tsImport('../test/support/vscode/workbenchRun.ts', import.meta.url);

if (!existsSync(resolve(root, 'dist/extension.js'))) {
  console.error('The extension is not built. Run: npm run build');
  process.exit(1);
}
const testsPath = await bundleWorkbenchTests(root);
const result = await runWorkbenchSuites(testsPath, process.argv[2]);
if (result.reason) console.error(`workbench: ${result.reason}`);
console.log(`${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`);
process.exit(result.good ? 0 : 1);
