// The suites of test/workbench in a desktop VS Code, for machines with a display (or Xvfb) and network: it downloads
// the editor with @vscode/test-electron. On other machines `npm run test:workbench` runs the same compiled suites.
import { runTests } from '@vscode/test-electron';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { tsImport } from 'tsx/esm/api';
import { bundleWorkbenchTests } from './bundle-workbench-tests.mjs';

const root = resolve(import.meta.dirname, '..');
const { judge } = await tsImport('../test/support/vscode/hostRun.ts', import.meta.url);

const folder = mkdtempSync(join(tmpdir(), 'gift-cloud-desktop-'));
const workspace = join(folder, 'workspace');
mkdirSync(workspace);
const resultFile = resolve(root, 'test-results/desktop.json');
rmSync(resultFile, { force: true });
let result;
try {
  const code = await runTests({
    extensionDevelopmentPath: root,
    extensionTestsPath: await bundleWorkbenchTests(root),
    extensionTestsEnv: {
      GIFT_CLOUD_TEST_RESULT: resultFile,
      GIFT_CLOUD_TEST_REPORTER: resolve(root, 'test/support/reporter.cjs'),
    },
    launchArgs: [
      workspace,
      '--disable-extensions',
      '--disable-workspace-trust',
      `--user-data-dir=${join(folder, 'user')}`,
    ],
  }).catch((error) => {
    console.error(String(error));
    return 1;
  });
  result = judge(code, resultFile);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (result.reason) console.error(`desktop: ${result.reason}`);
console.log(`${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`);
process.exit(result.good ? 0 : 1);
