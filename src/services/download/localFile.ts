import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { systemErrorCode, throwIfAborted } from '../support/errors.js';
import type { FileRow } from '../xnat/archive.js';
import { localError } from './localErrors.js';
import type { Checked } from './types.js';

/** What is where a file of the server shall go. */
export type Found =
  | { readonly kind: 'nothing' }
  /** The file itself, complete. */
  | { readonly kind: 'same'; readonly checked: Checked; readonly md5: string }
  /** What an earlier download put there, as it arrived: the server has another content now. */
  | { readonly kind: 'outdated' }
  /** As large as it should be, and nobody noted what arrived: only fetching it again tells. */
  | { readonly kind: 'unknown' }
  /** Something that a person put there or changed. Never touched. */
  | { readonly kind: 'foreign' };

/**
 * Compares what is there with the server's list, and with what was noted when it arrived.
 * @param noted MD5 of what earlier downloads put there, the last one at the end.
 */
export async function lookAt(
  path: string,
  row: FileRow,
  noted: readonly string[],
  signal?: AbortSignal,
): Promise<Found> {
  const size = await sizeOf(path);
  if (size === undefined) return { kind: 'nothing' };
  const sameSize = size === row.size;
  if (Number.isNaN(size) || (!sameSize && noted.length === 0)) return { kind: 'foreign' };
  const md5 = await md5OfFile(path, signal);
  const { digest } = row;
  if (sameSize && md5 === digest) return { kind: 'same', checked: 'md5', md5 };
  if (sameSize && digest === undefined && md5 === noted.at(-1))
    return { kind: 'same', checked: 'record', md5 };
  if (noted.includes(md5)) return { kind: 'outdated' };
  if (sameSize && digest === undefined && noted.length === 0) return { kind: 'unknown' };
  return { kind: 'foreign' };
}

/** Size of a regular file; undefined where nothing is, NaN for a folder, a link and so on. */
async function sizeOf(path: string): Promise<number | undefined> {
  try {
    const found = await lstat(path);
    return found.isFile() ? found.size : Number.NaN;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw localError(error);
  }
}

/** Lower-case hex; memory does not grow with the file. */
export async function md5OfFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('md5');
  try {
    for await (const chunk of createReadStream(path, {
      highWaterMark: 512 * 1024,
    }) as AsyncIterable<Buffer>) {
      throwIfAborted(signal);
      hash.update(chunk);
    }
  } catch (error) {
    throw localError(error);
  }
  return hash.digest('hex');
}
