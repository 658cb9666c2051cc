import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { usage } from './options.js';

/** The platform's folder for state of programs: XDG on Linux, Application Support on macOS, LOCALAPPDATA on Windows. */
export function defaultStateFolder(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
  home: string = homedir(),
): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'gift-cloud');
  if (platform === 'win32')
    return join(environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'gift-cloud');
  return join(environment['XDG_STATE_HOME'] ?? join(home, '.local', 'state'), 'gift-cloud');
}

/** Makes the folder of the state and looks whether it can be written to, before anything is sent. @throws USAGE */
export async function assertStateFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK);
  } catch {
    throw usage('The folder for the state of jobs can not be written to.', 'Name another with --state.');
  }
}
