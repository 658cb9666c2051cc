import { constants } from 'node:fs';
import { lstat, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '../support/errors.js';
import { somethingElseThere } from './localErrors.js';

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
 * Lines are only ever appended, the last one of a file counts, and what can't be read is skipped: a line that is lost
 * costs one more download of that file. Several processes may append at a time.
 */
export class PlaceRecord {
  private constructor(
    private readonly file: string,
    private readonly sums: Map<string, string>,
  ) {}

  /** The record of a folder for this place; undefined when the folder belongs to another place. */
  static async claim(folder: string, identity: string): Promise<PlaceRecord | undefined> {
    const file = join(folder, recordName);
    let text = await readIfThere(file);
    if (ownerOf(text) === undefined) {
      await append(file, `${text === '' ? '' : '\n'}# GIFT-Cloud download of <${identity}>\n`);
      // Of two processes that claim at once, the one whose line came first has the folder.
      text = await readIfThere(file);
    }
    if (ownerOf(text) !== identity) return undefined;
    const lines = [...text.matchAll(fileLine)];
    return new PlaceRecord(file, new Map(lines.map(([, md5 = '', path = '']) => [path, md5])));
  }

  /** MD5 of a file as it arrived, in lower-case hex. @param path below the folder of the place, with `/`. */
  md5Of(path: string): string | undefined {
    return this.sums.get(path);
  }

  async note(path: string, md5: string): Promise<void> {
    if (this.sums.get(path) === md5) return;
    await append(this.file, `${md5}  ${path}\n`);
    this.sums.set(path, md5);
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
    throw error;
  }
}

/** One write at the end of the file, never through a link. */
async function append(file: string, line: string): Promise<void> {
  const { O_APPEND, O_CREAT, O_WRONLY } = constants;
  // Windows has no such flag; there, making a link needs rights that would allow anything else too.
  const noLinks = (constants as { O_NOFOLLOW?: number }).O_NOFOLLOW ?? 0;
  const handle = await open(file, O_APPEND | O_CREAT | O_WRONLY | noLinks, 0o666);
  try {
    await handle.writeFile(line);
  } finally {
    await handle.close();
  }
}
