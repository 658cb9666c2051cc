import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A real disk in memory that gets full soon. */
export interface SmallDisk {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * Mounts one, which needs the rights to do so: elsewhere the test is skipped, and its title says why.
 * @param size as tmpfs takes it, such as `4m`.
 */
export async function mountSmallDisk(context: Mocha.Context, path: string, size: string): Promise<SmallDisk> {
  await mkdir(path, { recursive: true });
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path]);
  } catch (error) {
    const reason = String((error as { stderr?: unknown }).stderr ?? error).trim();
    // The reporter prints it with the test, which counts as skipped.
    context.test!.title += ` (skipped: no small disk can be mounted here: ${reason})`;
    context.skip();
  }
  return { path, remove: () => run('umount', ['-l', path]).then(() => undefined) };
}
