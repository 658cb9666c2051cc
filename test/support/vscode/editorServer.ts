import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { ChildProgram } from './childProgram.js';
import { freePort } from '../freePort.js';
import { type EditorPrograms, editorPrograms } from './environment.js';

export interface EditorServerOptions {
  /**
   * `host`: tests run inside the extension host; notification toasts are not drawn.
   * `ui`: the editor as people use it, with the extension installed.
   */
  readonly mode: 'host' | 'ui';
  /** In `ui` mode: a .vsix, or the folder of a built extension. */
  readonly extension?: { readonly vsix: string } | { readonly folder: string; readonly id: string };
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Of the machine that the extension runs on, as settings of the scope `machine` are. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  /** New folders open in restricted mode, as VS Code does it; off unless given. */
  readonly workspaceTrust?: boolean;
  /** Added to the environment of the server, and so of the extension host. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Without chat, welcome page, experiments and updates a run is some seconds shorter and the pictures are clean. */
const quietSettings = {
  'chat.disableAIFeatures': true,
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  // Restricted mode without a dialog at the start.
  'security.workspace.trust.startupPrompt': 'never',
};

/** A VS Code server on loopback with throw-away folders. */
export class EditorServer {
  private constructor(
    readonly port: number,
    /** Holds everything of this run; deleted by `stop`. */
    readonly folder: string,
    private readonly program: ChildProgram,
  ) {}

  static async start(options: EditorServerOptions): Promise<EditorServer> {
    const programs = editorPrograms();
    const folder = mkdtempSync(join(tmpdir(), 'gift-cloud-editor-'));
    try {
      mkdirSync(join(folder, 'user/User'), { recursive: true });
      mkdirSync(join(folder, 'ext'));
      mkdirSync(join(folder, 'home'));
      writeFileSync(
        join(folder, 'user/User/settings.json'),
        JSON.stringify({ ...quietSettings, ...options.settings }),
      );
      mkdirSync(join(folder, 'user/Machine'));
      writeFileSync(
        join(folder, 'user/Machine/settings.json'),
        JSON.stringify(options.machineSettings ?? {}),
      );
      await installExtension(programs, folder, options.extension);
      const port = await freePort();
      const program = await ChildProgram.start(
        programs.node,
        serverArguments(programs, folder, port, options),
        {
          cwd: folder,
          env: editorEnvironment(folder, options.env),
          ready: (line) => /Extension host agent listening|Web UI available/.test(line),
        },
      );
      return new EditorServer(port, folder, program);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Where the page opens; the payload of `host` mode names the extension and its tests. */
  url(workspace: string, payload: readonly (readonly [string, string])[] = []): string {
    const query = new URLSearchParams({ folder: workspace });
    if (payload.length > 0) query.set('payload', JSON.stringify(payload));
    return `http://127.0.0.1:${this.port}/?${query.toString().replaceAll('+', '%20')}`;
  }

  /** A path of this machine, as the workbench in the browser names it. */
  remoteUri(path: string): string {
    return `vscode-remote://127.0.0.1:${this.port}${path}`;
  }

  /** Processes that run extensions now. A page that was left may leave its own behind for a while. */
  get extensionHosts(): readonly number[] {
    const { pid } = this.program;
    const { stdout } = spawnSync('pgrep', ['-g', String(pid), '-f', 'type=extensionHost'], {
      encoding: 'utf8',
    });
    return stdout.split('\n').filter(Boolean).map(Number);
  }

  /** Last lines of the server's own output. */
  get lastLines(): readonly string[] {
    return this.program.lastLines;
  }

  async stop(): Promise<void> {
    await this.program.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

function folderArguments(folder: string): string[] {
  return ['--server-data-dir', 'srv', '--user-data-dir', 'user', '--extensions-dir', 'ext'].map((part) =>
    part.startsWith('--') ? part : join(folder, part),
  );
}

function serverArguments(
  programs: EditorPrograms,
  folder: string,
  port: number,
  { mode, workspaceTrust = false }: EditorServerOptions,
): string[] {
  return [
    programs.serverMain,
    ...['--host', '127.0.0.1', '--port', String(port)],
    '--without-connection-token',
    '--accept-server-license-terms',
    '--disable-telemetry',
    ...(workspaceTrust ? [] : ['--disable-workspace-trust']),
    // The built workbench reads the test keys of the payload only with this flag.
    ...(mode === 'host' ? ['--enable-smoke-test-driver'] : []),
    ...folderArguments(folder),
  ];
}

/** A small environment: nothing of the developer's own editor, proxies or secrets reaches the tested one. */
function editorEnvironment(folder: string, added: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = ['PATH', 'LANG', 'LC_ALL', 'TMPDIR', 'TZ'].flatMap((name): [string, string][] => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(kept), HOME: join(folder, 'home'), ...added };
}

async function installExtension(
  programs: EditorPrograms,
  folder: string,
  extension: EditorServerOptions['extension'],
): Promise<void> {
  if (extension === undefined) return;
  if ('folder' in extension) {
    symlinkSync(extension.folder, join(folder, 'ext', extension.id));
    return;
  }
  const { stdout } = await promisify(execFile)(
    programs.node,
    [
      programs.serverMain,
      '--accept-server-license-terms',
      '--install-extension',
      extension.vsix,
      ...folderArguments(folder),
    ],
    { env: editorEnvironment(folder) },
  );
  if (!stdout.includes('successfully installed'))
    throw new Error(`${basename(extension.vsix)} was not installed: ${stdout}`);
}
