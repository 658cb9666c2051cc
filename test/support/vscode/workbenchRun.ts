import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { projectFolder } from './environment.js';
import { type HostRunResult, runInExtensionHost, withTemporaryFolder } from './hostRun.js';
import { SandboxProgram } from './sandboxProgram.js';

/**
 * Runs the compiled suites of test/workbench with our extension. They find the sandbox, its sample studies and its
 * users in the environment: GIFT_CLOUD_TEST_SANDBOX holds its ready event as JSON.
 */
export function runWorkbenchSuites(testsPath: string): Promise<HostRunResult> {
  return withTemporaryFolder(async (folder) => {
    const workspace = join(folder, 'workspace');
    mkdirSync(workspace);
    const sandbox = existsSync(resolve(projectFolder, 'dist/sandbox.js'))
      ? await SandboxProgram.start(join(folder, 'sandbox'))
      : undefined;
    try {
      return await runInExtensionHost({
        extensionFolder: projectFolder,
        testsPath,
        workspace,
        resultFile: resolve(projectFolder, 'test-results/workbench.json'),
        env: sandbox === undefined ? {} : { GIFT_CLOUD_TEST_SANDBOX: JSON.stringify(sandbox.ready) },
        print: (text) => process.stdout.write(`${text}\n`),
      });
    } finally {
      await sandbox?.stop();
    }
  });
}
