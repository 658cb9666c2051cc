import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Deletes what killed processes left half-made or half-deleted in a folder: entries with these endings that are so old. */
export async function removeLitter(
  folder: string,
  endings: readonly string[],
  olderThanMs: number,
): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!endings.some((ending) => name.endsWith(ending))) continue;
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > olderThanMs) await rm(path, { recursive: true, force: true });
  }
}
