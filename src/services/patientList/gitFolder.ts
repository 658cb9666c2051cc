import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** Whether a folder lies in the working tree of a git repository: what is written there may be committed and pushed. */
export async function isInGitRepository(folder: string): Promise<boolean> {
  for (let at = resolve(folder); ; at = dirname(at)) {
    // A folder, or in a worktree or submodule a file.
    const found = await stat(join(at, '.git')).catch(() => undefined);
    if (found) return true;
    if (dirname(at) === at) return false;
  }
}
