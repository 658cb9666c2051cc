import { cpSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { openBrowser, Screenshots } from '../support/vscode/editorPage.js';
import { EditorServer, type EditorServerOptions } from '../support/vscode/editorServer.js';
import { projectFolder } from '../support/vscode/environment.js';
import { SandboxProgram } from '../support/vscode/sandboxProgram.js';
import { Workbench } from './pages/workbench.js';

export interface HarnessOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  /** Options of `gift-cloud sandbox`, such as --plain-xnat. */
  readonly sandbox?: readonly string[];
  /** The workspace opens in restricted mode. */
  readonly workspaceTrust?: boolean;
}

/** The whole stage of one test file: sandbox, workspace with sample studies, editor with the extension, browser. */
export class Harness {
  private constructor(
    private running: SandboxProgram,
    private readonly sandboxOptions: readonly string[],
    readonly server: EditorServer,
    private readonly browser: Browser,
    readonly workbench: Workbench,
    /** Workspace folder; holds `samples`. */
    readonly workspace: string,
  ) {}

  static async start(options: HarnessOptions = {}): Promise<Harness> {
    const server = await EditorServer.start({
      mode: 'ui',
      extension: extensionUnderTest(),
      settings: options.settings ?? {},
      machineSettings: options.machineSettings ?? {},
      workspaceTrust: options.workspaceTrust ?? false,
    });
    const workspace = join(server.folder, 'workspace');
    mkdirSync(workspace);
    const sandboxOptions = options.sandbox ?? [];
    const sandbox = await SandboxProgram.start(join(server.folder, 'sandbox'), sandboxOptions);
    cpSync(sandbox.ready.samples, join(workspace, 'samples'), { recursive: true });
    const { browser, page } = await openBrowser();
    page.setDefaultTimeout(15_000);
    const workbench = new Workbench(page, new Screenshots(resolve(projectFolder, 'test-results/screens')));
    await workbench.open(server.url(workspace));
    return new Harness(sandbox, sandboxOptions, server, browser, workbench, workspace);
  }

  get sandbox(): SandboxProgram {
    return this.running;
  }

  /** The server is there again after `sandbox.stop()`: at the same address, with the same data. */
  async restartSandbox(): Promise<void> {
    const { port } = new URL(this.running.ready.url);
    const options = [...this.sandboxOptions, '--port', port];
    this.running = await SandboxProgram.start(join(this.server.folder, 'sandbox'), options);
  }

  /** Answers the questions of "Sign In", which must be open at the address of the server. */
  async signIn(name: string, password: string): Promise<void> {
    const { quickInput } = this.workbench;
    await quickInput.waitFor('Address of the server');
    await quickInput.enter(this.sandbox.ready.url);
    await quickInput.waitFor('User name');
    await quickInput.enter(name);
    await quickInput.waitFor(`Password of ${name}`);
    await quickInput.enter(password);
  }

  /** For `afterEach`: a picture of the state in which a test failed. */
  async afterTest(test: Mocha.Test | undefined): Promise<void> {
    if (test?.state === 'failed') await this.workbench.picture(`failed-${test.title}`);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.sandbox.stop();
    await this.server.stop();
  }
}

/** The package that ships when scripts/test-e2e.mjs made one, else the built folder (for the inner loop). */
function extensionUnderTest(): NonNullable<EditorServerOptions['extension']> {
  const vsix = process.env['GIFT_CLOUD_VSIX'];
  return vsix === undefined ? { folder: projectFolder, id: 'gift-cloud.gift-cloud-0.1.0' } : { vsix };
}
