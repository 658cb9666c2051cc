import type { Lease } from '../queue/leases.js';
import type { FolderContents } from './folderContents.js';
import { FolderSync } from './folderSync.js';
import type { FolderPlaces } from './spoolPlaces.js';

/** A folder of the spool into which this process writes: it has the lease, so nobody sweeps what is on its way. */
export class OpenFolder {
  readonly partsSync: FolderSync;
  private removed = false;

  constructor(
    readonly id: string,
    readonly places: FolderPlaces,
    readonly contents: FolderContents,
    private readonly lease: Lease,
  ) {
    this.partsSync = new FolderSync(places.parts);
  }

  /** False when it was discarded, or when this process slept so long that others may have taken over. */
  get isUsable(): boolean {
    return !this.removed && !this.lease.lost.aborted;
  }

  /** Somebody discarded it with all that is in it. */
  markRemoved(): void {
    this.removed = true;
  }

  async close(): Promise<void> {
    await this.partsSync.close();
    await this.lease.release();
  }
}
