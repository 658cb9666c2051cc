import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemErrorCode } from './errors.js';

/**
 * Writes a file so that a reader, also one after `kill -9`, sees either the old or the new content:
 * `.part` beside it, fsync, rename, fsync of the folder.
 * @param mode permission bits of the new file; 0600 unless told otherwise.
 * @param beforeRename the last word on whether the new content may take its place; what it throws is thrown.
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  mode = 0o600,
  beforeRename?: () => Promise<void>,
): Promise<void> {
  const part = partOf(path);
  try {
    await writeSynced(part, content, mode);
    await beforeRename?.();
    await rename(part, path);
  } catch (error) {
    await unlink(part).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}

/**
 * As `writeFileAtomic`, for a file that must not be there yet: of several writers one wins.
 * @returns whether it was this one.
 */
export async function createFileAtomic(
  path: string,
  content: string | Uint8Array,
  mode = 0o600,
): Promise<boolean> {
  const part = partOf(path);
  try {
    await writeSynced(part, content, mode);
    await link(part, path).catch((error: unknown) => {
      if (systemErrorCode(error) === 'EEXIST') throw error;
      // FAT and some network file systems have no hard links.
      return copyFile(part, path, constants.COPYFILE_EXCL);
    });
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(part).catch(() => undefined);
  }
  await syncFolder(dirname(path));
  return true;
}

/** A `.part` of that age, in ms, is of a process that was killed. */
const abandoned = 60 * 60 * 1000;

/** Deletes what killed processes left of files in this folder. @param isOurs says of a name whether we may. */
export async function removeAbandonedParts(folder: string, isOurs: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.endsWith('.part') || !isOurs(name)) continue;
    const path = join(folder, name);
    const { mtimeMs = Infinity } = (await stat(path).catch(() => undefined)) ?? {};
    if (Date.now() - mtimeMs > abandoned) await unlink(path).catch(() => undefined);
  }
}

/**
 * Deletes what others wrote in this folder and did not rename, however young: for whoever has taken over from them. One that
 * slept in between finds nothing to rename. @param isOurs says of a name whether we may.
 */
export async function removeParts(folder: string, isOurs: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (name.endsWith('.part') && isOurs(name)) await unlink(join(folder, name)).catch(() => undefined);
  }
}

function partOf(path: string): string {
  return `${path}.${randomBytes(4).toString('hex')}.part`;
}

async function writeSynced(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a rename durable; a no-op where folders can't be opened (Windows). */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Windows refuses to open folders; NTFS journals the rename itself.
  }
}
