import { unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { StateKey } from '../keys/stateKey.js';
import type { Sealer } from '../queue/jobStore.js';
import { defaultLeasePace, Leases, type LeasePace } from '../queue/leases.js';
import { Listeners } from '../queue/listeners.js';
import type { ReceivedFolder } from '../queue/received.js';
import { Disposable } from '../support/disposable.js';
import { systemErrorCode } from '../support/errors.js';
import type { Logger } from '../support/logger.js';
import { ArchivedInstances } from './archivedInstances.js';
import type { ObjectChecker } from './checkObject.js';
import { CommitmentFiles } from './commitmentFiles.js';
import { FolderSink, type SinkTools } from './folderSink.js';
import { ObjectReception, type ReceptionTools } from './objectReception.js';
import { Quota } from './quota.js';
import { ScratchPool } from './scratchPool.js';
import { SpoolFolders } from './spoolFolders.js';
import { SpoolKeys } from './spoolKeys.js';
import { instanceOf, placesOf, spoolRoot } from './spoolPlaces.js';

import type { Spool, SpoolSink, SpoolDestination, SpoolSettings, SpoolUse } from './types.js';

/** Objects are archived by the hundred: who waits for that is told now and then. */
const settleMs = 200;
/** Between two counts of a spool that is full. */
const recountMs = 1000;

export interface FileSpoolOptions {
  /** The folder `spool` in it holds what was received. */
  readonly stateFolder: string;
  readonly key: StateKey;
  readonly sealer: Sealer;
  readonly logger: Logger;
  readonly leasePace?: LeasePace;
  /** Checks large objects elsewhere than in this thread. */
  readonly checker?: ObjectChecker;
}

/** The spool in sealed files: see docs/architecture.md, "The spool". */
export class FileSpool extends Disposable implements Spool {
  private readonly root: string;
  private readonly folderList: SpoolFolders;
  private readonly archivedOnes: ArchivedInstances;
  private readonly commitments: CommitmentFiles;
  private readonly settled = new Listeners<void>();
  private readonly quota = new Quota(
    () => this.folderList.bytes,
    () => this.recount(),
  );
  private readonly scratch = new ScratchPool();
  private spoolKeys: SpoolKeys | undefined;
  private settleTimer: NodeJS.Timeout | undefined;
  private recounted = -Infinity;

  constructor(private readonly options: FileSpoolOptions) {
    super();
    const { stateFolder, sealer, logger, leasePace = defaultLeasePace } = options;
    this.root = spoolRoot(stateFolder);
    const leases = new Leases(join(this.root, 'clock'), leasePace);
    const keys = (): Promise<SpoolKeys> => this.keys();
    this.folderList = this.register(new SpoolFolders({ root: this.root, leases, sealer, keys, logger }));
    this.archivedOnes = new ArchivedInstances(this.root, leases);
    this.commitments = new CommitmentFiles(this.root, sealer);
    this.register({ dispose: () => clearTimeout(this.settleTimer) });
  }

  sink(destination: SpoolDestination, origin?: ReceivedFolder['origin']): SpoolSink {
    const tools: SinkTools = {
      open: async (record, id) => {
        // What others left counts, too.
        if (this.recounted < 0) await this.recount();
        return this.folderList.open(record, id);
      },
      close: (folder) => this.folderList.close(folder),
      receive: async (object, folder) => ObjectReception.begin(object, folder, await this.receptionTools()),
      archived: (uids) => this.amongArchived(uids),
      pending: (uids) => this.amongPending(uids),
      onDidSettle: (listener) => this.settled.add(listener),
      commitments: this.commitments,
    };
    const received = (callingAe: string): ReceivedFolder['origin'] => ({ kind: 'received', callingAe });
    return new FolderSink(
      tools,
      ({ callingAe }) => ({ ...destination, origin: origin ?? received(callingAe) }),
      origin !== undefined,
    );
  }

  folders(): Promise<readonly ReceivedFolder[]> {
    return this.folderList.list();
  }

  folder(id: string): Promise<ReceivedFolder | undefined> {
    return this.folderList.one(id);
  }

  inputs(id: string): readonly string[] {
    return [placesOf(this.root, id).objects];
  }

  async archived(id: string, path: string): Promise<void> {
    const name = basename(path);
    await this.archivedOnes.add(instanceOf(name));
    await unlink(join(placesOf(this.root, id).objects, name)).catch((error: unknown) => {
      if (systemErrorCode(error) !== 'ENOENT') throw error;
    });
    const contents = this.folderList.contentsOf(id);
    contents?.removed(name);
    if (contents?.count === 0) await this.folderList.removeIfEmpty(id);
    this.tellSettled();
  }

  async remove(id: string): Promise<void> {
    await this.folderList.remove(id);
    this.tellSettled();
  }

  async use(): Promise<SpoolUse> {
    const folders = await this.folders();
    return {
      objects: folders.reduce((sum, { instances }) => sum + instances, 0),
      bytes: folders.reduce((sum, { bytes }) => sum + bytes, 0),
      quota: this.quota.limit,
    };
  }

  configure(settings: Partial<SpoolSettings>): void {
    if ('quotaBytes' in settings) this.quota.limit = settings.quotaBytes;
  }

  private async amongArchived(uids: readonly string[]): Promise<ReadonlySet<string>> {
    const names = await this.namesOf(uids);
    const found = await this.archivedOnes.among(new Set(names.values()));
    return new Set(uids.filter((uid) => found.has(names.get(uid) ?? '')));
  }

  private async amongPending(uids: readonly string[]): Promise<ReadonlySet<string>> {
    await this.folders();
    const names = await this.namesOf(uids);
    return new Set(uids.filter((uid) => this.folderList.holds(names.get(uid) ?? '')));
  }

  private async namesOf(uids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const keys = await this.keys();
    return new Map(uids.map((uid) => [uid, keys.instanceName(uid)]));
  }

  private async receptionTools(): Promise<ReceptionTools> {
    const { quota, scratch } = this;
    const { checker } = this.options;
    return { keys: await this.keys(), quota, scratch, ...(checker && { checker }) };
  }

  private async keys(): Promise<SpoolKeys> {
    this.spoolKeys ??= new SpoolKeys(await this.options.key.orNew());
    return this.spoolKeys;
  }

  private async recount(): Promise<void> {
    if (performance.now() - this.recounted < recountMs) return;
    this.recounted = performance.now();
    await this.folders();
  }

  private tellSettled(): void {
    this.settleTimer ??= setTimeout(() => {
      this.settleTimer = undefined;
      this.settled.tell();
    }, settleMs).unref();
  }
}
