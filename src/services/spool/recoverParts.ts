import { readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { plainFiles } from '../dicom/sources.js';
import { GiftCloudError } from '../support/errors.js';
import { frameSize } from './sealedFormat.js';
import { openSealedToSend } from './sealedSource.js';
import type { SpoolKeys } from './spoolKeys.js';
import { sealedName, type FolderPlaces } from './spoolPlaces.js';

/**
 * What a process left that died while it received: parts with their final mark were checked and may have been answered with
 * Success, so they become objects; others are deleted. The caller has the lease of the folder.
 * Errors: those of the file system; FILE_UNREADABLE.
 */
export async function recoverParts({ parts, objects }: FolderPlaces, keys: SpoolKeys): Promise<void> {
  for (const name of await readdir(parts)) {
    const part = join(parts, name);
    if (await isWhole(part, keys)) await rename(part, join(objects, name));
    else await unlink(part);
  }
}

/** Every frame and the final mark are as they were sealed. */
async function isWhole(path: string, keys: SpoolKeys): Promise<boolean> {
  try {
    const source = await openSealedToSend(await plainFiles.openToSend(path), {
      keys,
      name: sealedName(path),
    });
    try {
      const chunk = Buffer.allocUnsafeSlow(frameSize);
      let at = 0;
      for (let got = 1; got > 0; at += got) got = await source.readInto([chunk], at);
      return true;
    } finally {
      await source.close();
    }
  } catch (error) {
    if (GiftCloudError.is(error, 'STATE_UNREADABLE')) return false;
    throw error;
  }
}
