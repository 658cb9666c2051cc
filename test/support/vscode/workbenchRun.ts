import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { projectFolder } from './environment.js';
import { type HostRunResult, runInExtensionHost, withTemporaryFolder } from './hostRun.js';

/**
 * Runs the compiled suites of test/workbench with our extension; each of them starts a sandbox of its own.
 * @param grep runs only the tests whose title holds it.
 */
export function runWorkbenchSuites(testsPath: string, grep?: string): Promise<HostRunResult> {
  return withTemporaryFolder(async (folder) => {
    const workspace = join(folder, 'workspace');
    mkdirSync(workspace);
    return runInExtensionHost({
      extensionFolder: projectFolder,
      testsPath,
      workspace,
      resultFile: resolve(projectFolder, 'test-results/workbench.json'),
      env: grep === undefined ? {} : { GIFT_CLOUD_TEST_GREP: grep },
      print: (text) => process.stdout.write(`${text}\n`),
    });
  });
}
