import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { SandboxContext } from '../context.js';
import type { FileRecord, ResourceRecord } from './model.js';

/**
 * MD5 of a stored file in hexadecimal. Unless lists show digests it is computed when first asked for, so that uploads
 * don't wait for it. Blank where the file went away meanwhile.
 */
export async function md5Of(
  { store, blobs }: Pick<SandboxContext, 'store' | 'blobs'>,
  resource: ResourceRecord,
  file: FileRecord,
): Promise<string> {
  if (file.md5 !== undefined) return file.md5;
  const hash = createHash('md5');
  try {
    await pipeline(createReadStream(blobs.pathOf(resource, file), { highWaterMark: 1024 * 1024 }), hash);
  } catch {
    return '';
  }
  const md5 = hash.digest('hex');
  const key = `${file.resource} ${file.path}`;
  // Not when it was overwritten while it was read.
  if (store.files.get(key) === file) store.files.put(key, { ...file, md5 });
  return md5;
}
