import { rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from '../support/atomicFile.js';
import { localError, somethingElseThere } from './localErrors.js';
import { firstSafe, isSafeName, unsafeName } from './names.js';
import { removeLeftovers } from './partFiles.js';
import { PlaceRecord } from './placeRecord.js';
import type { Place } from './places.js';
import type { TargetFolder } from './targetFolder.js';

/** The local folder of one place while files arrive in it. */
export class PlaceFolder {
  private readonly entered = new Map<string, Promise<string>>();
  private readonly changed = new Set<string>();

  private constructor(
    private readonly target: TargetFolder,
    private readonly names: readonly string[],
    readonly record: PlaceRecord,
  ) {}

  /**
   * Claims the folder of a place. Where it belongs to another place already, the accession ID is added:
   * `Subject1-Study1~GiftCloud_E00042`.
   * @throws UNSAFE_NAME, FILE_EXISTS, FILE_UNREADABLE, DISK_FULL
   */
  static async claim(target: TargetFolder, place: Place): Promise<PlaceFolder> {
    const names = place.folder.map((level) => firstSafe(...level));
    const last = names.at(-1) ?? '';
    for (const name of [last, `${last}~${place.id}`]) {
      const all = [...names.slice(0, -1), name];
      const { path } = await target.enter(all);
      const record = await PlaceRecord.claim(path, place.identity);
      if (record) return new PlaceFolder(target, all, record);
    }
    throw somethingElseThere();
  }

  /** Path of a file below the target folder, for people. */
  shown(path: string): string {
    return [...this.names, path].join('/');
  }

  /**
   * Absolute path for a file, its folder made and free of leftovers.
   * @param path below the folder of the place, with `/`, as the server has it.
   * @throws UNSAFE_NAME, FILE_EXISTS, FILE_UNREADABLE, DISK_FULL
   */
  async pathFor(path: string): Promise<string> {
    const names = path.split('/');
    const name = names.pop() ?? '';
    if (!isSafeName(name)) throw unsafeName();
    const key = names.join('/');
    let folder = this.entered.get(key);
    if (!folder) {
      folder = this.enter(names);
      this.entered.set(key, folder);
    }
    return join(await folder, name);
  }

  /** Gives a file that has arrived its name; what has that name already is replaced. @param path from `pathFor`. */
  async putInPlace(part: string, path: string): Promise<void> {
    try {
      await rename(part, path);
    } catch (error) {
      throw localError(error);
    }
    this.changed.add(dirname(path));
  }

  /** Makes the names of the files durable; their content is already. */
  async settle(): Promise<void> {
    for (const folder of this.changed) await syncFolder(folder);
  }

  private async enter(names: readonly string[]): Promise<string> {
    const { path, existed } = await this.target.enter([...this.names, ...names]);
    try {
      if (existed) await removeLeftovers(path);
      return path;
    } catch (error) {
      throw localError(error);
    }
  }
}
