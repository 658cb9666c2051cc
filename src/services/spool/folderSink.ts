import { randomUUID } from 'node:crypto';
import type { DisposableLike } from '../support/disposable.js';
import { toGiftCloudError } from '../support/errors.js';
import type { FolderRecord } from './destinationFile.js';
import type { OpenFolder } from './openFolder.js';
import type { CommitmentMemory, IncomingObject, Reception, ReceptionSink, SpoolSink } from './types.js';

/** What a sink needs of the spool. */
export interface SinkTools extends Pick<ReceptionSink, 'archived' | 'pending' | 'onDidSettle'> {
  readonly commitments: CommitmentMemory;
  open(record: FolderRecord, id?: string): Promise<OpenFolder>;
  close(folder: OpenFolder): Promise<void>;
  receive(object: IncomingObject, folder: OpenFolder): Promise<Reception>;
}

/** Associations that bring objects for one folder. */
interface Slot {
  readonly associations: Set<string>;
  folder: Promise<OpenFolder>;
}

/** Sorts what comes into folders: one for each association, or one for all where a retrieval brings them. */
export class FolderSink implements SpoolSink {
  private readonly slots = new Map<string, Slot>();
  /** Stays the folder of a retrieval when it was emptied meanwhile. */
  readonly folder: string | undefined;

  constructor(
    private readonly tools: SinkTools,
    private readonly recordOf: (object: IncomingObject) => FolderRecord,
    isOneFolder: boolean,
  ) {
    if (isOneFolder) this.folder = randomUUID();
  }

  async begin(object: IncomingObject): Promise<Reception> {
    const slot = this.slotOf(object);
    slot.associations.add(object.association);
    try {
      return await this.tools.receive(object, await this.usable(slot, object));
    } catch (error) {
      throw toGiftCloudError(error);
    }
  }

  associationEnded(association: string): void {
    for (const [key, slot] of this.slots) {
      if (!slot.associations.delete(association) || slot.associations.size > 0) continue;
      this.slots.delete(key);
      void slot.folder.then((folder) => this.tools.close(folder)).catch(() => undefined);
    }
  }

  get commitments(): CommitmentMemory {
    return this.tools.commitments;
  }

  archived(sopInstanceUids: readonly string[]): Promise<ReadonlySet<string>> {
    return this.tools.archived(sopInstanceUids);
  }

  pending(sopInstanceUids: readonly string[]): Promise<ReadonlySet<string>> {
    return this.tools.pending(sopInstanceUids);
  }

  onDidSettle(listener: () => void): DisposableLike {
    return this.tools.onDidSettle(listener);
  }

  private slotOf(object: IncomingObject): Slot {
    const key = this.folder ?? object.association;
    const known = this.slots.get(key);
    if (known) return known;
    const slot = { associations: new Set<string>(), folder: this.open(object) };
    this.slots.set(key, slot);
    return slot;
  }

  /** The folder, made anew where it was discarded, lost or could not be made before. */
  private async usable(slot: Slot, object: IncomingObject): Promise<OpenFolder> {
    const current = slot.folder;
    const folder = await current.catch(() => undefined);
    if (folder?.isUsable) return folder;
    // Others who wait for the same one share the new one.
    if (slot.folder === current) {
      slot.folder = this.open(object);
      if (folder) await this.tools.close(folder);
    }
    return slot.folder;
  }

  private open(object: IncomingObject): Promise<OpenFolder> {
    return this.tools.open(this.recordOf(object), this.folder);
  }
}
