import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '../support/errors.js';
import { instanceOf } from './spoolPlaces.js';

/** Times of file systems are up to 2 s coarse (FAT): what happened in that time after a look may not show in the time of the folder. */
const coarseMs = 2000;

/**
 * What lies in a folder, counted in memory. The disk is looked at again only when the time of the folder changed, and then only
 * files that are new are asked for their size: other processes put objects in and take them out, too.
 */
export class FolderContents {
  private readonly sizes = new Map<string, number>();
  /** Names of the objects of an instance; more than one where they came with different bytes. */
  private readonly instances = new Map<string, Set<string>>();
  private total = 0;
  private latest = 0;
  /** Time of the folder when it was read last; undefined when that may not be all. */
  private readOf: number | undefined;
  private changes = 0;

  constructor(private readonly folder: string) {}

  get count(): number {
    return this.sizes.size;
  }

  get bytes(): number {
    return this.total;
  }

  /** Milliseconds since 1970 of the last object that came; 0 before the first. */
  get lastArrival(): number {
    return this.latest;
  }

  /** Names of what lies here of an instance, which is told by `instanceName`. */
  of(instance: string): readonly string[] {
    return [...(this.instances.get(instance) ?? [])];
  }

  added(name: string, size: number): void {
    this.changes++;
    this.put(name, size, Date.now());
  }

  removed(name: string): void {
    this.changes++;
    this.drop(name);
  }

  /** Gives false when the folder is not there. Errors: those of the file system. */
  async refresh(): Promise<boolean> {
    const { changes } = this;
    try {
      const { mtimeMs } = await stat(this.folder);
      if (mtimeMs === this.readOf) return true;
      const now = Date.now();
      const names = new Set(await readdir(this.folder));
      const found = await this.statNew(names);
      // Meanwhile something came or went by our own hands: the next look tells.
      if (changes !== this.changes) return true;
      for (const name of this.sizes.keys()) if (!names.has(name)) this.drop(name);
      for (const { name, size, time } of found) this.put(name, size, time);
      this.readOf = now - mtimeMs > coarseMs ? mtimeMs : undefined;
      return true;
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return false;
      throw error;
    }
  }

  private async statNew(
    names: ReadonlySet<string>,
  ): Promise<readonly { readonly name: string; readonly size: number; readonly time: number }[]> {
    const found = [];
    for (const name of names) {
      if (this.sizes.has(name)) continue;
      const stats = await stat(join(this.folder, name)).catch(() => undefined);
      if (stats?.isFile()) found.push({ name, size: stats.size, time: stats.mtimeMs });
    }
    return found;
  }

  private put(name: string, size: number, time: number): void {
    this.drop(name);
    this.sizes.set(name, size);
    this.total += size;
    this.latest = Math.max(this.latest, time);
    const instance = instanceOf(name);
    const names = this.instances.get(instance);
    if (names) names.add(name);
    else this.instances.set(instance, new Set([name]));
  }

  private drop(name: string): void {
    const size = this.sizes.get(name);
    if (size === undefined) return;
    this.total -= size;
    this.sizes.delete(name);
    const instance = instanceOf(name);
    const names = this.instances.get(instance);
    names?.delete(name);
    if (names?.size === 0) this.instances.delete(instance);
  }
}
