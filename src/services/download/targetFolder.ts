import { mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { GiftCloudError, systemErrorCode } from '../support/errors.js';
import { localError, somethingElseThere } from './localErrors.js';
import { isSafeName, unsafeName } from './names.js';

export interface EnteredFolder {
  /** Real path: no links in it. */
  readonly path: string;
  /** It was there before. */
  readonly existed: boolean;
}

/** The folder of a download. Nothing of the server gets a path outside it, neither by its name nor by a link. */
export class TargetFolder {
  private constructor(private readonly root: string) {}

  /** Makes the folder if it is missing. Itself it may be a link. */
  static async open(folder: string): Promise<TargetFolder> {
    try {
      await makeFolders(resolve(folder));
      const root = await realpath(resolve(folder));
      if ((await stat(root)).isDirectory()) return new TargetFolder(root);
    } catch (error) {
      throw localError(error);
    }
    throw new GiftCloudError('FILE_EXISTS', 'The target of the download is no folder.', {
      hint: 'Choose a folder, or a name that is free.',
    });
  }

  /**
   * A folder below, made step by step: each step is looked at before the next one is made, so that a link inside never
   * has anything made behind it.
   * @throws UNSAFE_NAME for a name or link that leads out, FILE_EXISTS where a file is in the way.
   */
  async enter(names: readonly string[]): Promise<EnteredFolder> {
    let folder: EnteredFolder = { path: this.root, existed: true };
    for (const name of names) {
      if (!isSafeName(name)) throw unsafeName();
      try {
        folder = await this.step(join(folder.path, name));
      } catch (error) {
        throw localError(error);
      }
    }
    return folder;
  }

  private async step(path: string): Promise<EnteredFolder> {
    try {
      await mkdir(path);
      return { path, existed: false };
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw error;
    }
    const real = await realpath(path).catch(() => undefined);
    if (real === undefined || !this.holds(real)) throw leadsOut();
    if (!(await stat(real)).isDirectory()) throw somethingElseThere();
    return { path: real, existed: true };
  }

  private holds(path: string): boolean {
    return path === this.root || path.startsWith(this.root.endsWith(sep) ? this.root : this.root + sep);
  }
}

/** As `mkdir -p`. Node's own never ends where the parent is there and still nothing can be made (`/proc`, observed). */
async function makeFolders(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = systemErrorCode(error);
    // Whether it is a folder is for the caller to see.
    if (code === 'EEXIST' || code === 'EISDIR') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolders(dirname(path));
    await mkdir(path).catch((again: unknown) => {
      if (systemErrorCode(again) !== 'EEXIST') throw again;
    });
  }
}

function leadsOut(): GiftCloudError {
  return new GiftCloudError(
    'UNSAFE_NAME',
    'A link in the target folder leads out of it; nothing was written.',
    {
      hint: 'Remove the link, or choose the folder behind it as the target.',
    },
  );
}
