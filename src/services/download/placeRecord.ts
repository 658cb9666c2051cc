import { constants } from 'node:fs';
import { lstat, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '../support/errors.js';
import { localError, somethingElseThere } from './localErrors.js';

/** In the folder of every place, in the form of `md5sum`: `md5sum -c .gift-cloud.md5` checks what was downloaded. */
export const recordName = '.gift-cloud.md5';

/** The brackets show a line that was cut off by a full disk. */
const ownerLine = /^# GIFT-Cloud download of <(\S+)>$/m;
const fileLine = /^([0-9a-f]{32}) {2}(.+)$/gm;

/**
 * What downloads have put into the folder of a place: the MD5 of each file as it arrived, checked. So a later download
 * knows a file that is still as it arrived from one that a person changed, on servers without MD5 too. The first line
 * says whose folder it is: two experiments of one label, of two projects or servers, are never mixed in one folder.
 *
 * Lines are only ever appended, and what can't be read is skipped: a line that is lost costs one more download of that
 * file. Several processes may append at a time.
 */
export class PlaceRecord {
  private constructor(
    private readonly file: string,
    private readonly sums: Map<string, readonly string[]>,
  ) {}

  /**
   * The record of a folder for this place; undefined when the folder belongs to another place.
   * @throws FILE_EXISTS where something else has its name, FILE_UNREADABLE, DISK_FULL
   */
  static async claim(folder: string, identity: string): Promise<PlaceRecord | undefined> {
    const file = join(folder, recordName);
    let text = await readIfThere(file);
    if (ownerOf(text) === undefined) {
      await append(file, `${text === '' ? '' : '\n'}# GIFT-Cloud download of <${identity}>\n`);
      // Of two processes that claim at once, the one whose line came first has the folder.
      text = await readIfThere(file);
    }
    if (ownerOf(text) !== identity) return undefined;
    const record = new PlaceRecord(file, new Map());
    for (const [, md5 = '', path = ''] of text.matchAll(fileLine)) record.remember(path, md5);
    return record;
  }

  /**
   * MD5 of a file each time it arrived, in lower-case hex, the last one at the end. The earlier ones count too: a program
   * that was killed may have noted a file and not yet put it in its place.
   * @param path below the folder of the place, with `/`.
   */
  sumsOf(path: string): readonly string[] {
    return this.sums.get(path) ?? [];
  }

  /** @throws FILE_UNREADABLE, DISK_FULL */
  async note(path: string, md5: string): Promise<void> {
    if (this.sumsOf(path).at(-1) === md5) return;
    await append(this.file, `${md5}  ${path}\n`);
    this.remember(path, md5);
  }

  private remember(path: string, md5: string): void {
    this.sums.set(path, [...this.sumsOf(path), md5]);
  }
}

function ownerOf(text: string): string | undefined {
  return ownerLine.exec(text)?.[1];
}

async function readIfThere(file: string): Promise<string> {
  try {
    if (!(await lstat(file)).isFile()) throw somethingElseThere();
    return await readFile(file, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return '';
    throw localError(error);
  }
}

/** One write at the end of the file, never through a link. */
async function append(file: string, line: string): Promise<void> {
  const { O_APPEND, O_CREAT, O_WRONLY } = constants;
  // Windows has no such flag; there, making a link needs rights that would allow anything else too.
  const noLinks = (constants as { O_NOFOLLOW?: number }).O_NOFOLLOW ?? 0;
  try {
    const handle = await open(file, O_APPEND | O_CREAT | O_WRONLY | noLinks, 0o666);
    try {
      await handle.writeFile(line);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw localError(error);
  }
}
