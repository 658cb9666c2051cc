import { rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { delay } from '../support/abortableDelay.js';
import { toGiftCloudError, type GiftCloudError } from '../support/errors.js';
import type { Archive } from '../xnat/archive.js';
import { localError, somethingElseThere } from './localErrors.js';
import { lookAt, type Found } from './localFile.js';
import { partName } from './partFiles.js';
import type { PlaceFolder } from './placeFolder.js';
import type { PlannedFile } from './plan.js';
import { receive } from './receive.js';
import { isServerTrouble, type ServerWatch } from './serverWatch.js';
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
    private readonly pauses: readonly number[],
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
    const found = await lookAt(path, file.row, folder.record.md5Of(file.path), signal);
    if (found.kind === 'same') {
      await folder.record.note(file.path, found.md5);
      return { status: 'present', checked: found.checked };
    }
    if (found.kind === 'foreign') throw somethingElseThere();
    return this.watch.guard(() => this.tryToBring(file, folder, path, found, onBytes, signal), signal);
  }

  private async tryToBring(
    file: PlannedFile,
    folder: PlaceFolder,
    path: string,
    found: Found,
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<Fetched> {
    for (let attempt = 0; ; attempt++) {
      let arrived = 0;
      const count = (bytes: number): void => {
        arrived += bytes;
        onBytes(bytes);
      };
      try {
        return await this.bring(file, folder, path, found, count, signal);
      } catch (thrown) {
        onBytes(-arrived);
        const error = toGiftCloudError(thrown);
        const pause = this.pauses[attempt];
        if (pause === undefined || !isWorthAnotherTry(error)) throw error;
        await delay(pause * (0.5 + Math.random()), signal);
      }
    }
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
      const noted = found.kind === 'outdated' ? folder.record.md5Of(file.path) : md5;
      const now = await lookAt(path, row, noted, signal);
      if (now.kind === 'foreign' || now.kind === 'unknown') throw somethingElseThere();
      // Noted first: a file whose line is missing would be fetched again, a line without its file harms nobody.
      await folder.record.note(file.path, md5).catch(asLocalError);
      if (now.kind === 'same') return { status: 'present', checked };
      await rename(part, path).catch(asLocalError);
      left = false;
      return { status: 'downloaded', checked };
    } finally {
      if (left) await unlink(part).catch(() => undefined);
    }
  }
}

function asLocalError(error: unknown): never {
  throw localError(error);
}

function isWorthAnotherTry(error: GiftCloudError): boolean {
  return error.code === 'VERIFY_DOWNLOAD_FAILED' || isServerTrouble(error);
}
