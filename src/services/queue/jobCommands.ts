import { GiftCloudError } from '../support/errors.js';
import { delay } from '../support/abortableDelay.js';
import { isFinished, type JobStatus } from './jobRecord.js';
import type { JobRun } from './jobRun.js';
import type { JobStore, ReadableJob } from './jobStore.js';
import type { Journal, Wish } from './journal.js';
import type { QueuePace } from './retries.js';
import type { JobState } from './types.js';

/** How long a command waits for the process that works on a job to see it; the wish stays after that. */
const patienceMs = 10_000;
const lookEveryMs = 100;

/**
 * What a person may ask of jobs. What another process works on is marked, and that process stops; everything else is
 * written at once, under the lease of the job.
 */
export class JobCommands {
  constructor(
    private readonly journal: Journal,
    private readonly store: JobStore,
    /** Runs of this process, which need not wait for the disk. */
    private readonly runs: ReadonlySet<JobRun>,
    private readonly pace: QueuePace,
    /** Deletes data that was received for a job. */
    private readonly removeData: (id: string) => Promise<void>,
  ) {}

  async retry(ids: readonly string[] | undefined): Promise<void> {
    const named = ids !== undefined;
    for (const job of await this.jobs(ids)) {
      const { state, nextAttempt } = job.status;
      const comes = state === 'discovered' && job.order.origin.kind !== 'files';
      const wanted = named
        ? state !== 'archived'
        : state === 'failed' || nextAttempt !== undefined || (!isFinished(state) && !comes);
      if (!wanted) continue;
      if (named) await this.journal.setPaused(job.order.id, false);
      await this.putBack(job.order.id, (current) => current !== 'archived');
    }
  }

  async release(ids: readonly string[]): Promise<void> {
    for (const { order, status } of await this.jobs(ids)) {
      if (status.totals.held > 0) await this.putBack(order.id, isFinished);
    }
  }

  async cancel(ids: readonly string[]): Promise<void> {
    for (const { order, status } of await this.jobs(ids)) {
      if (status.state === 'archived' || status.state === 'cancelled') continue;
      await this.wish(order.id, 'cancel');
      await this.settle(order.id);
    }
  }

  async pause(ids: readonly string[] | undefined): Promise<void> {
    for (const { order, status } of await this.jobs(ids)) {
      if (isFinished(status.state)) continue;
      await this.journal.setPaused(order.id, true);
      this.stop(order.id, 'pause');
    }
  }

  async resume(ids: readonly string[] | undefined): Promise<void> {
    for (const { order, paused } of await this.jobs(ids)) {
      if (paused) await this.journal.setPaused(order.id, false);
    }
  }

  async discard(ids: readonly string[]): Promise<void> {
    const known = await this.journal.ids();
    for (const id of ids) {
      if (!known.includes(id)) throw unknownJob();
      const stored = await this.journal.read(id);
      if (stored?.kind === 'unreadable' && stored.why === 'newer') throw newerJob();
      await this.wish(id, 'discard');
      if (stored?.kind === 'job') await this.settle(id);
      else await this.forget(id);
    }
  }

  /** Does what was wished for a job that nobody works on any more. */
  async grant(id: string, wishes: readonly Wish[]): Promise<void> {
    if (wishes.length > 0) await this.settle(id, 0);
  }

  private async wish(id: string, wish: Wish): Promise<void> {
    await this.journal.setWish(id, wish, true);
    this.stop(id, 'cancel');
  }

  private stop(id: string, why: 'cancel' | 'pause'): void {
    for (const run of this.runs) if (run.id === id) run.stop(why);
  }

  /** Waits until nobody works on the job and carries out what is wished. */
  private async settle(id: string, patience = patienceMs): Promise<void> {
    for (let waited = 0; ; waited += lookEveryMs) {
      const job = await this.store.take(id);
      if (job) {
        try {
          if (job.stored.wishes.includes('discard')) await this.forget(id);
          else if (job.stored.wishes.includes('cancel')) {
            await job.lease.check();
            // It may have come to its end before anybody saw the wish.
            if (job.status.state !== 'archived')
              await this.journal.writeStatus(id, this.changed(job.status, 'cancelled'), job.lease);
            await this.journal.setWish(id, 'cancel', false);
          }
        } finally {
          await job.lease.release();
        }
        return;
      }
      if (waited >= patience || !(await this.journal.ids()).includes(id)) return;
      await delay(lookEveryMs);
    }
  }

  /** The data first: a job that is left without can be forgotten later, data without a job would be sent. */
  private async forget(id: string): Promise<void> {
    await this.removeData(id);
    await this.journal.remove(id);
  }

  private async putBack(id: string, may: (state: JobState) => boolean): Promise<void> {
    const job = await this.store.take(id);
    // Somebody works on it, which is what was asked for.
    if (job === undefined) return;
    try {
      if (!may(job.status.state)) return;
      const next = { ...this.changed(job.status, 'waiting'), attempts: 0 };
      await this.journal.writeStatus(id, next, job.lease);
    } finally {
      await job.lease.release();
    }
  }

  private changed(status: JobStatus, state: JobState): JobStatus {
    const { nextAttempt: _, warned: __, ...rest } = status;
    return { ...rest, state, changed: new Date(this.pace.now()).toISOString() };
  }

  /** @throws USAGE for an id that is not there, before anything is done. */
  private async jobs(ids: readonly string[] | undefined): Promise<readonly ReadableJob[]> {
    const known = await this.journal.ids();
    if (ids?.some((id) => !known.includes(id))) throw unknownJob();
    const found: ReadableJob[] = [];
    for (const id of ids ?? known) {
      const stored = await this.journal.read(id);
      if (stored?.kind === 'job') found.push(stored);
      else if (ids && stored) throw stored.why === 'newer' ? newerJob() : damagedJob();
    }
    return found;
  }
}

function unknownJob(): GiftCloudError {
  return new GiftCloudError('USAGE', 'There is no such job in the queue.', {
    hint: 'List the jobs for their ids.',
  });
}

function newerJob(): GiftCloudError {
  return new GiftCloudError('STATE_UNREADABLE', 'A newer version of GIFT-Cloud made this job.', {
    hint: 'Use that version for it. The job is kept as it is.',
  });
}

function damagedJob(): GiftCloudError {
  return new GiftCloudError('STATE_UNREADABLE', 'The journal of this job can not be read.', {
    hint: 'It is kept as it is. Discard it and upload the files again.',
  });
}
