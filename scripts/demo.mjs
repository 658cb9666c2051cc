// Starts the sandbox and a VS Code on a workspace with sample studies, and stops both at Ctrl-C. Everything is kept in
// .demo, so that a second start goes on where the first ended. `--editor` only says which editor it will be.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { tsImport } from 'tsx/esm/api';

const root = resolve(import.meta.dirname, '..');
const demo = join(root, '.demo');

/**
 * Desktop `code` if it is there and can open a window: it refuses to run as root and needs a display, and inside a remote
 * window or WSL the name stands for a program that talks to an editor elsewhere.
 */
const env = process.env;
const onPath = (env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'code')));
const display = process.platform !== 'linux' || env.DISPLAY || env.WAYLAND_DISPLAY;
const elsewhere = env.VSCODE_IPC_HOOK_CLI || env.WSL_DISTRO_NAME;
const desktop = onPath && display && process.getuid?.() !== 0 && !elsewhere;
if (process.argv.includes('--editor')) {
  console.log(desktop ? 'desktop' : 'browser');
  process.exit(0);
}

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const vsix = join(root, `gift-cloud-${version}.vsix`);
const { SandboxProgram } = await tsImport('../test/support/vscode/sandboxProgram.ts', import.meta.url);
const { ChildProgram } = await tsImport('../test/support/vscode/childProgram.ts', import.meta.url);
const { editorPrograms } = await tsImport('../test/support/vscode/environment.ts', import.meta.url);
const { freePort } = await tsImport('../test/support/freePort.ts', import.meta.url);

const programs = [];
let ending = false;
async function end(code) {
  if (ending) return;
  ending = true;
  for (const program of programs.reverse()) await program.stop();
  process.exit(code);
}
process.on('SIGINT', () => void end(0));
process.on('SIGTERM', () => void end(0));

// The same addresses at each start, where they are free: the browser keeps the account and the layout by them.
const sandboxPort = await freePort(18_088);
const sandbox = await SandboxProgram.start(join(demo, 'sandbox'), ['--port', String(sandboxPort)]);
programs.push(sandbox);
const workspace = join(demo, 'workspace');
mkdirSync(workspace, { recursive: true });
if (!existsSync(join(workspace, 'samples')))
  cpSync(sandbox.ready.samples, join(workspace, 'samples'), { recursive: true });

const user = join(demo, 'user');
writeSettings(join(user, 'User', 'settings.json'), {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'giftcloud.server.url': sandbox.ready.url,
});
const folders = ['--user-data-dir', user, '--extensions-dir', join(demo, 'extensions')];
const address = desktop ? undefined : await startInBrowser();

const { name, password } = sandbox.user('owner');
const steps = [
  ...(address ? [`Open in your browser: ${address}`] : []),
  `GIFT-Cloud icon in the activity bar > Sign In: user ${name}, password ${password}`,
  'Right-click the folder "samples" in the Explorer > Anonymise and Upload to GIFT-Cloud…',
  'Right-click rows of the GIFT-Cloud tree > Download to Workspace…',
];
console.log(`
The demo is ready.

${steps.map((step, index) => `  ${index + 1}. ${step}`).join('\n')}

Server     ${sandbox.ready.url}
Workspace  ${workspace}
Users      ${sandbox.ready.users.map((one) => `${one.name} / ${one.password}`).join(', ')}
${env.SSH_CONNECTION && address ? `\nFrom your own machine: ssh -L ${new URL(address).port}:127.0.0.1:${new URL(address).port} …\n` : ''}
Ctrl-C stops everything; the data stays in .demo.
`);
if (desktop) await openDesktop();

/** code-server on loopback only: without a password whoever reaches the port has a shell. */
async function startInBrowser() {
  const { node, codeServer } = editorPrograms({ browser: false });
  const config = join(demo, 'code-server.yaml');
  writeFileSync(config, '');
  const options = [codeServer, '--config', config, ...folders];
  const installed = spawnSync(node, [...options, '--install-extension', vsix, '--force'], {
    encoding: 'utf8',
  });
  if (installed.status !== 0) throw new Error(`the extension was not installed: ${installed.stderr}`);
  const port = await freePort(Number(env.GIFT_CLOUD_DEMO_PORT) || 18_089);
  const quiet = [
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-workspace-trust',
    '--disable-getting-started-override',
  ];
  const server = await ChildProgram.start(
    node,
    [...options, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, ...quiet, workspace],
    { ready: (line) => line.includes('HTTP server listening') },
  );
  programs.push(server);
  return `http://127.0.0.1:${port}/?folder=${encodeURIComponent(workspace)}`;
}

async function openDesktop() {
  const shell = process.platform === 'win32';
  spawnSync('code', [...folders, '--install-extension', vsix, '--force'], { stdio: 'inherit', shell });
  const window = spawn(
    'code',
    [...folders, '--disable-workspace-trust', '--new-window', '--wait', workspace],
    { stdio: 'inherit', shell },
  );
  await new Promise((done) => window.once('exit', done));
  await end(0);
}

/** Keeps what the person changed in an earlier demo. */
function writeSettings(file, settings) {
  mkdirSync(resolve(file, '..'), { recursive: true });
  let before = {};
  try {
    before = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // No file yet, or one with comments: start anew.
  }
  writeFileSync(file, `${JSON.stringify({ ...before, ...settings }, null, 2)}\n`);
}
