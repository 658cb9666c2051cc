import type { Logger } from '../support/logger.js';
import type { ListedJob } from './jobList.js';
import type { JobStore } from './jobStore.js';
import type { Journal } from './journal.js';
import type { QueuePace } from './retries.js';
import type { QueueSettings, RetentionWarning } from './types.js';

/** Jobs that never began and jobs that were forgotten lie about for this long after their process died. */
const litterMs = 60 * 60 * 1000;
/** So many archived jobs stay in the list: memory and work of a gateway that runs for months do not grow with what it did. */
const mostArchived = 1000;

/** Takes jobs out of the list that are done, and data that waited too long for a person: never without a warning before. */
export class Housekeeping {
  constructor(
    private readonly journal: Journal,
    private readonly store: JobStore,
    private readonly pace: QueuePace,
    private readonly logger: Logger,
    private readonly warn: (warning: RetentionWarning) => void,
    /** Deletes a job and the data that was received for it. */
    private readonly discard: (id: string) => Promise<void>,
    /** Deletes dropped data whose job is done. */
    private readonly sweepDropped: () => Promise<void>,
  ) {}

  async run(jobs: readonly ListedJob[], settings: QueueSettings): Promise<void> {
    await this.journal.sweep(litterMs);
    await this.sweepDropped();
    const tooMany = beyondMost(jobs);
    for (const { stored, active } of jobs) {
      if (active) continue;
      const { order, status } = stored;
      const age = this.pace.now() - Date.parse(status.changed);
      const keepsData = order.origin.kind !== 'files' && status.state !== 'archived';
      if (status.state === 'archived' || (status.state === 'cancelled' && !keepsData)) {
        if (age > settings.keepFinishedMs || tooMany.has(order.id)) await this.journal.remove(order.id);
      } else if (keepsData && waitsForPerson.has(status.state)) {
        await this.retain(stored.order.id, status.changed, status.warned, settings);
      }
    }
  }

  private async retain(
    id: string,
    changed: string,
    warned: string | undefined,
    { retentionMs, retentionWarningMs }: QueueSettings,
  ): Promise<void> {
    if (retentionMs === undefined) return;
    const now = this.pace.now();
    const end = Date.parse(changed) + retentionMs;
    if (now < end - retentionWarningMs) return;
    if (warned === undefined) await this.sayBefore(id, Math.max(end, now + retentionWarningMs));
    else if (now >= Math.max(end, Date.parse(warned) + retentionWarningMs)) {
      this.logger.warn('received data was removed by the retention setting', { job: id });
      await this.discard(id);
    }
  }

  private async sayBefore(id: string, end: number): Promise<void> {
    const job = await this.store.take(id);
    if (job === undefined) return;
    try {
      const warned = new Date(this.pace.now()).toISOString();
      await this.journal.writeStatus(id, { ...job.status, warned }, job.lease);
    } finally {
      await job.lease.release();
    }
    const removedAfter = new Date(end).toISOString();
    this.logger.warn('received data will be removed by the retention setting', { job: id, removedAfter });
    this.warn({ job: id, removedAfter });
  }
}

const waitsForPerson: ReadonlySet<string> = new Set(['held', 'failed', 'cancelled']);

/** Archived jobs beyond the number that stays in the list, those that ended first. */
function beyondMost(jobs: readonly ListedJob[]): ReadonlySet<string> {
  const archived = jobs
    .filter(({ stored: { status }, active }) => status.state === 'archived' && !active)
    .map(({ stored: { order, status } }) => ({ id: order.id, ended: Date.parse(status.changed) }))
    .sort((a, b) => b.ended - a.ended);
  return new Set(archived.slice(mostArchived).map(({ id }) => id));
}
