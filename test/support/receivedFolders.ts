import { mkdir, readdir, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReceivedData, ReceivedFolder } from '../../src/services/queue/received.js';
import { basicProfile } from '../../src/services/deid/profiles/presets.js';
import { project } from './uploadRig.js';
import { writeSeries, type SeriesOptions } from './seriesFiles.js';

/** Received data in plain files: the queue's side of the spool, without its encryption. */
export class ReceivedFolders implements ReceivedData {
  readonly removed: string[] = [];
  private readonly known = new Map<string, { lastArrival: number; open: boolean }>();

  constructor(
    private readonly root: string,
    private readonly server: string,
  ) {}

  /** Objects come in, as many as a series has. */
  async receive(id: string, series: SeriesOptions = {}, open = false): Promise<void> {
    await mkdir(join(this.root, id), { recursive: true });
    await writeSeries(join(this.root, id), series);
    this.known.set(id, { lastArrival: Date.now(), open });
  }

  close(id: string): void {
    const folder = this.known.get(id);
    if (folder) folder.open = false;
  }

  async left(id: string): Promise<number> {
    return (await readdir(join(this.root, id)).catch(() => [])).length;
  }

  async folders(): Promise<readonly ReceivedFolder[]> {
    const found = await Promise.all([...this.known.keys()].map((id) => this.folder(id)));
    return found.filter((folder) => folder !== undefined);
  }

  async folder(id: string): Promise<ReceivedFolder | undefined> {
    const known = this.known.get(id);
    if (known === undefined) return undefined;
    const instances = await this.left(id);
    return {
      ...{ id, origin: { kind: 'received', callingAe: 'SCANNER' }, server: this.server, user: 'alice' },
      ...{ project, profile: basicProfile, instances, bytes: 1000 * instances, ...known },
    };
  }

  inputs(id: string): readonly string[] {
    return [join(this.root, id)];
  }

  async archived(id: string, path: string): Promise<void> {
    this.removed.push(`${id} ${path}`);
    await unlink(path);
  }

  async remove(id: string): Promise<void> {
    this.known.delete(id);
    await rm(join(this.root, id), { recursive: true, force: true });
  }
}
