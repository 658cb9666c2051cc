import { unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Archive } from '../xnat/archive.js';
import { somethingElseThere } from './localErrors.js';
import { lookAt, type Found } from './localFile.js';
import { partName } from './partFiles.js';
import type { PlaceFolder } from './placeFolder.js';
import type { PlannedFile } from './plan.js';
import { receive } from './receive.js';
import type { ServerWatch } from './serverWatch.js';
import type { Checked } from './types.js';

export interface Fetched {
  readonly status: 'downloaded' | 'present';
  readonly checked: Checked;
}

/** Brings single files to their places: skips what is there, tries again what went wrong, never overwrites a person's file. */
export class FileFetcher {
  constructor(
    private readonly archive: Archive,
    private readonly watch: ServerWatch,
  ) {}

  /**
   * @param onBytes called with the bytes of each piece that arrived, and with a negative number when they count no more.
   * @throws FILE_EXISTS when something else is there, and what went wrong at last.
   */
  async fetch(
    file: PlannedFile,
    folder: PlaceFolder,
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<Fetched> {
    const path = await folder.pathFor(file.path);
    const found = await lookAt(path, file.row, folder.record.sumsOf(file.path), signal);
    if (found.kind === 'same') {
      await folder.record.note(file.path, found.md5);
      return { status: 'present', checked: found.checked };
    }
    if (found.kind === 'foreign') throw somethingElseThere();
    return this.watch.patiently(async () => {
      let arrived = 0;
      const count = (bytes: number): void => {
        arrived += bytes;
        onBytes(bytes);
      };
      try {
        return await this.bring(file, folder, path, found, count, signal);
      } catch (error) {
        onBytes(-arrived);
        throw error;
      }
    }, signal);
  }

  private async bring(
    file: PlannedFile,
    folder: PlaceFolder,
    path: string,
    found: Found,
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<Fetched> {
    const { row } = file;
    const part = join(dirname(path), partName());
    const checked = row.digest === undefined ? 'size' : 'md5';
    let left = true;
    try {
      const md5 = await receive(this.archive, file, part, onBytes, signal);
      // Another window may have been faster, or a person: what is there now decides.
      const noted = found.kind === 'outdated' ? folder.record.sumsOf(file.path) : [md5];
      const now = await lookAt(path, row, noted, signal);
      if (now.kind === 'foreign' || now.kind === 'unknown') throw somethingElseThere();
      // Noted first: a file whose line is missing would be fetched again, a line without its file harms nobody.
      await folder.record.note(file.path, md5);
      if (now.kind === 'same') return { status: 'present', checked };
      await folder.putInPlace(part, path);
      left = false;
      return { status: 'downloaded', checked };
    } finally {
      if (left) await unlink(part).catch(() => undefined);
    }
  }
}
