import { readdir } from 'node:fs/promises';
import { systemErrorCode } from '../support/errors.js';

/** A file of facts; in the hands of somebody who merges it; with parts that can't be read. */
export const ending = '.facts';
export const claimedEnding = '.merging';
export const damagedEnding = '.damaged';

/** Names of the files of facts, those that are being merged as well. */
export async function factFiles(folder: string): Promise<readonly string[]> {
  return (await namesIn(folder)).filter((name) => name.endsWith(ending) || name.endsWith(claimedEnding));
}

/** Names of files that could not be read in whole when they were merged. */
export async function damagedFiles(folder: string): Promise<readonly string[]> {
  return (await namesIn(folder)).filter((name) => name.endsWith(damagedEnding));
}

/** What lies in a folder; nothing where there is none. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
