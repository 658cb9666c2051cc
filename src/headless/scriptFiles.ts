import { readFile } from 'node:fs/promises';
import { TextDecoder } from 'node:util';
import { usage } from './options.js';

/** Texts of script files, as they are: a byte order mark stays, and is refused with its script. @throws USAGE */
export async function readScriptFiles(files: readonly string[]): Promise<readonly string[]> {
  return Promise.all(files.map((file) => readTextFile(file, 'A script')));
}

/** @throws USAGE when the file can't be read or is no UTF-8. */
export async function readTextFile(file: string, what: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(file));
  } catch {
    throw usage(`${what} could not be read as a file of UTF-8 text.`);
  }
}
