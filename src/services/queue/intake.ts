import { systemErrorCode } from '../support/errors.js';
import type { ListedJob } from './jobList.js';
import { journalVersion, newStatus, type JobOrder } from './jobRecord.js';
import type { JobStore } from './jobStore.js';
import type { Journal } from './journal.js';
import type { ReceivedData, ReceivedFolder } from './received.js';
import type { QueuePace } from './retries.js';
import type { QueueSettings } from './types.js';

/**
 * Makes jobs of what was received: a job waits for its turn once the association is closed or nothing has come for a while.
 * What comes late opens a job again that was done with.
 */
export class Intake {
  constructor(
    private readonly journal: Journal,
    private readonly store: JobStore,
    private readonly data: ReceivedData,
    private readonly pace: QueuePace,
  ) {}

  async run(jobs: readonly ListedJob[], { quietMs }: QueueSettings): Promise<void> {
    const ids = new Set(await this.journal.ids());
    for (const folder of await this.data.folders()) {
      const settled = !folder.open || this.pace.now() - folder.lastArrival >= quietMs;
      await this.take(folder, jobs, ids, settled);
    }
  }

  /** One folder. @param settled nothing more comes */
  async takeOne(id: string, jobs: readonly ListedJob[], settled: boolean): Promise<void> {
    const folder = await this.data.folder(id);
    if (folder) await this.take(folder, jobs, new Set(await this.journal.ids()), settled);
  }

  private async take(
    folder: ReceivedFolder,
    jobs: readonly ListedJob[],
    ids: ReadonlySet<string>,
    settled: boolean,
  ): Promise<void> {
    if (folder.instances === 0) return;
    const job = jobs.find(({ stored }) => stored.order.id === folder.id);
    if (job) await this.follow(job, folder, settled);
    // An entry that can't be read has its data, too: nothing is done with it.
    else if (!ids.has(folder.id)) await this.add(folder, settled);
  }

  private async add(folder: ReceivedFolder, settled: boolean): Promise<void> {
    const { id, origin, server, user, project, profile, subjectPrefix, instances, bytes } = folder;
    const created = new Date(this.pace.now()).toISOString();
    const order: JobOrder = {
      ...{ version: journalVersion, id, origin, server, user, project, profile, created },
      ...(subjectPrefix !== undefined && { subjectPrefix }),
    };
    await this.journal.open();
    const status = newStatus(settled ? 'waiting' : 'discovered', instances, bytes, created);
    try {
      await this.journal.add(order, status);
    } catch (error) {
      // Another process was faster.
      if (systemErrorCode(error) !== 'ENOTEMPTY' && systemErrorCode(error) !== 'EEXIST') throw error;
    }
  }

  private async follow(
    { stored, active }: ListedJob,
    folder: ReceivedFolder,
    settled: boolean,
  ): Promise<void> {
    const { order, status } = stored;
    if (active || !settled) return;
    const { held, failed, skipped } = status.totals;
    const late =
      folder.lastArrival > Date.parse(status.changed) || folder.instances > held + failed + skipped;
    const opens =
      status.state === 'archived' || ((status.state === 'held' || status.state === 'failed') && late);
    if (status.state !== 'discovered' && !opens) return;
    const job = await this.store.take(order.id);
    if (job === undefined) return;
    try {
      const { nextAttempt: _, warned: __, ...rest } = job.status;
      const { instances, bytes: bytesTotal } = folder;
      const changed = new Date(this.pace.now()).toISOString();
      const next = { ...rest, state: 'waiting', changed, instances, bytesTotal } as const;
      await this.journal.writeStatus(order.id, next, job.lease);
    } finally {
      await job.lease.release();
    }
  }
}
