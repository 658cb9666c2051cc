import { homedir } from 'node:os';
import { join } from 'node:path';

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
