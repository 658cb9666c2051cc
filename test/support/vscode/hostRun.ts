import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { openBrowser, Screenshots } from './editorPage.js';
import { EditorServer } from './editorServer.js';
import { projectFolder } from './environment.js';

export interface HostOptions {
  readonly extensionFolder: string;
  /** Compiled module that exports `run()`. */
  readonly testsPath: string;
  readonly workspace: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Called with every line that code inside the extension host prints behind `linePrefix`. */
  readonly onLine: (text: string) => void;
}

export interface HostRunOptions extends Omit<HostOptions, 'onLine'> {
  readonly resultFile: string;
  readonly timeoutMs?: number;
  readonly print: (text: string) => void;
}

export interface HostRunResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** True only when the editor said so AND the result file exists AND tests ran AND none failed. */
  readonly good: boolean;
  readonly reason?: string;
}

const extensionId = 'gift-cloud.gift-cloud';
const hung = 98;

/** Marks our lines among all that the extension host prints. */
export const linePrefix = 'test| ';

/**
 * Runs `run()` of a compiled module inside a real extension host, served by VS Code's server and opened in Chromium.
 * The action gets the page and the exit code that the editor will tell; everything ends with the action.
 */
export async function withExtensionHost<T>(
  options: HostOptions,
  action: (page: Page, exit: Promise<number>) => Promise<T>,
): Promise<T> {
  const server = await EditorServer.start({
    mode: 'host',
    settings: options.settings ?? {},
    env: options.env ?? {},
  });
  const { browser, page } = await openBrowser();
  try {
    const exit = new Promise<number>((done) => {
      void page.exposeFunction('codeAutomationExit', (code: number) => done(code));
    });
    await page.exposeFunction('codeAutomationLog', (_level: string, args: unknown[]) => {
      const text = hostLine(args);
      if (text !== undefined) options.onLine(text);
    });
    await page.goto(
      server.url(options.workspace, [
        ['extensionDevelopmentPath', server.remoteUri(options.extensionFolder)],
        ['extensionTestsPath', server.remoteUri(options.testsPath)],
        ['skipWelcome', 'true'],
        // The log is searched for identifiers: with everything that it can hold.
        ['logLevel', `${extensionId}:trace`],
      ]),
      { timeout: 60_000 },
    );
    return await action(page, exit);
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** Runs compiled suites inside a real extension host. */
export async function runInExtensionHost(options: HostRunOptions): Promise<HostRunResult> {
  rmSync(options.resultFile, { force: true });
  const env = {
    ...options.env,
    GIFT_CLOUD_TEST_RESULT: options.resultFile,
    GIFT_CLOUD_TEST_REPORTER: resolve(projectFolder, 'test/support/reporter.cjs'),
    GIFT_CLOUD_TEST_PREFIX: linePrefix,
  };
  return withExtensionHost({ ...options, env, onLine: options.print }, async (page, exit) => {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<number>((done) => {
      timer = setTimeout(() => done(hung), options.timeoutMs ?? 900_000);
    });
    const code = await Promise.race([exit, timeout]);
    clearTimeout(timer);
    const result = judge(code, options.resultFile);
    if (!result.good) {
      await new Screenshots(join(options.resultFile, '../screens')).take(page, 'workbench-failed');
    }
    return result;
  });
}

/** Exit 0 alone proves nothing: the editor reports 0 also when the extension host was killed in the middle of a test. */
export function judge(code: number, resultFile: string): HostRunResult {
  const none = { passed: 0, failed: 1, skipped: 0, good: false };
  if (code === hung) return { ...none, reason: 'the extension host did not finish in time' };
  if (!existsSync(resultFile))
    return { ...none, reason: `no result file (exit ${code}): the extension host ended early` };
  const { passed, failed, skipped } = JSON.parse(readFileSync(resultFile, 'utf8')) as HostRunResult;
  if (passed + failed === 0) return { ...none, skipped, reason: 'no test ran' };
  if (failed > 0) return { passed, failed, skipped, good: false, reason: `${failed} failed` };
  if (code !== 0)
    return { passed, failed: 1, skipped, good: false, reason: `exit ${code} although no test failed` };
  return { passed, failed, skipped, good: true };
}

/** A line of the reporter; the workbench's own talk comes through the same door and is dropped. */
function hostLine(args: unknown[]): string | undefined {
  const [first] = args;
  return typeof first === 'string' && first.startsWith(linePrefix)
    ? first.slice(linePrefix.length)
    : undefined;
}

/** A folder of this run, gone when the action has ended. */
export async function withTemporaryFolder<T>(action: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'gift-cloud-test-'));
  try {
    return await action(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
