import { randomUUID } from 'node:crypto';
import type { DeidReport } from '../pipeline/deidReport.js';
import { writeReceipt, writeReport } from '../pipeline/receipt.js';
import type { Reviewed } from '../pipeline/reviewed.js';
import type { FileEvent, JobJournal, PipelineEvent, Receipt, UploadReview } from '../pipeline/types.js';
import { cancelled, toGiftCloudError, type ErrorCode, type GiftCloudError } from '../support/errors.js';
import type { Logger } from '../support/logger.js';
import type { JobOrder, JobStatus } from './jobRecord.js';
import { JobStory } from './jobStory.js';
import type { Journal } from './journal.js';
import { leaseLost, type Fence, type Lease } from './leases.js';
import type { ReceivedData } from './received.js';
import { backoff, mayPass, needsSignIn, type QueuePace } from './retries.js';
import type { JobState } from './types.js';

/** A job that this process has the lease of. */
export interface OpenJob {
  readonly order: JobOrder;
  readonly status: JobStatus;
  readonly lease: Lease;
}

/** Why a run was stopped from outside; without a word it was the caller's own signal. */
export type StopReason = 'cancel' | 'pause' | 'shutdown';

export interface RunTools {
  readonly journal: Journal;
  readonly stateFolder: string;
  readonly pace: QueuePace;
  readonly logger: Logger;
  readonly received?: ReceivedData;
  /** The job changed, in memory at least. */
  onChange(order: JobOrder, status: JobStatus): void;
  /** From now on the disk alone says how the job is. */
  onEnd(id: string): void;
}

/**
 * One run of one job: writes down how far it is, looks for wishes of other processes, and stops when the lease is lost.
 * Before each write it is read again whose the job is.
 */
export class JobRun implements JobJournal {
  /** For the archive: writing calls ask whether the job still is ours. */
  readonly fence: Fence = { check: async () => this.job?.lease.check() };
  private readonly stopped = new AbortController();
  private readonly story: JobStory;
  private job: OpenJob | undefined;
  private why: StopReason | undefined;
  private isLost = false;
  private writes: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private removals: Promise<void> = Promise.resolve();
  private removed = 0;
  private changed = false;
  private ended = false;

  /** @param open makes the job when it is confirmed, and takes its lease; not called for a run that was started with one. */
  constructor(
    private readonly tools: RunTools,
    private readonly open?: (review: UploadReview, reviewed: Reviewed | undefined) => Promise<OpenJob>,
  ) {
    this.story = new JobStory(tools.pace.now);
  }

  /** Fires when the run has to end. */
  get signal(): AbortSignal {
    return this.stopped.signal;
  }

  get id(): string | undefined {
    return this.job?.order.id;
  }

  stop(why: StopReason): void {
    this.why ??= why;
    this.stopped.abort();
  }

  /** What the caller is told in place of the error that a stop ended in. */
  translate(thrown: unknown): GiftCloudError {
    return this.isLost ? leaseLost() : toGiftCloudError(thrown);
  }

  async begin(review: UploadReview, reviewed: Reviewed | undefined): Promise<void> {
    if (this.job === undefined && this.open) await this.start(await this.open(review, reviewed));
  }

  /** From here on what happens is written down. Errors: DISK_FULL, FILE_UNREADABLE, LEASE_LOST. */
  async start(job: OpenJob): Promise<void> {
    this.job = job;
    const onLost = (): void => {
      this.isLost = true;
      this.stopped.abort();
    };
    if (job.lease.lost.aborted) onLost();
    else job.lease.lost.addEventListener('abort', onLost, { once: true });
    await this.write(this.current('de-identifying'));
    this.timer = setInterval(() => void this.tick(), this.tools.pace.progressMs);
    this.timer.unref();
  }

  note(event: PipelineEvent): void {
    this.story.note(event);
    if (event.kind === 'file') this.noteFile(event);
    this.changed = true;
    // Files come by the thousand; what they change is told with the next progress.
    if (this.job && !this.ended && event.kind !== 'file') this.tools.onChange(this.job.order, this.current());
  }

  /** What was received goes once its bytes were fetched back, whatever becomes of the rest of the job. */
  private noteFile({ path, confirmed }: FileEvent): void {
    const { job, tools } = this;
    if (job === undefined || confirmed !== 'fetched' || job.order.origin.kind === 'files') return;
    this.removals = this.removals.then(async () => {
      await job.lease.check();
      await tools.received?.archived(job.order.id, path);
      this.removed++;
    });
    // Thrown at the end of the run.
    this.removals.catch(() => undefined);
  }

  async finish(receipt: Receipt, report: DeidReport): Promise<void> {
    const { stateFolder } = this.tools;
    const name = randomUUID();
    await this.fence.check();
    await writeReport(stateFolder, name, report);
    await writeReceipt(stateFolder, name, receipt);
    await this.end((status) => this.afterRun({ ...status, receipt: name }));
  }

  async fail(error: GiftCloudError): Promise<void> {
    this.story.forgetUndone(error);
    try {
      await this.end((status) => this.afterError(status, error));
    } catch (thrown) {
      this.tools.logger.warn('the state of a job could not be written', {
        code: toGiftCloudError(thrown).code,
      });
    } finally {
      await this.close();
    }
  }

  /** Lets go of the job, whatever state it is in: somebody else may go on with it. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.writes.catch(() => undefined);
    await this.job?.lease.release().catch(() => undefined);
    if (this.job) this.tools.onEnd(this.job.order.id);
  }

  private async end(next: (status: JobStatus) => JobStatus): Promise<void> {
    const { job } = this;
    if (job === undefined) return;
    this.ended = true;
    clearInterval(this.timer);
    const { order } = job;
    await this.removals;
    const status = await this.withLateData(next(this.current()));
    await this.write(status);
    // Nothing is left to do, so nobody needs to know where the files are.
    if (status.state === 'archived') {
      const { inputs: _, reviewed: __, ...rest } = order;
      await this.tools.journal.writeOrder(rest, job.lease);
    }
    if (this.why === 'cancel') await this.tools.journal.setWish(order.id, 'cancel', false);
    await this.close();
    this.tools.onChange(order, status);
  }

  /** Everything was tried: what became of the files decides. */
  private afterRun(status: JobStatus): JobStatus {
    const { failedCodes } = this.story;
    const { held } = status.totals;
    if (failedCodes.length === 0) return settled(status, held > 0 ? 'held' : 'archived');
    const passing = failedCodes.find((code) => mayPass(code, status.attempts + 1));
    return passing === undefined ? settled(status, 'failed') : this.again(status, passing);
  }

  private afterError(status: JobStatus, error: GiftCloudError): JobStatus {
    const { code, message, hint, retryable } = error;
    if (code === 'CANCELLED') {
      const goesOn = this.why === 'pause' || this.why === 'shutdown';
      return settled(status, goesOn ? 'waiting' : 'cancelled');
    }
    const failed = { ...status, failure: { code, message, hint, retryable } };
    if (needsSignIn(error)) return settled(failed, 'waiting');
    return mayPass(code, status.attempts + 1) ? this.again(failed, code) : settled(failed, 'failed', true);
  }

  private again(status: JobStatus, code: ErrorCode): JobStatus {
    const { pace, logger } = this.tools;
    // What got somewhere is not the one that never will.
    const attempts = status.totals.uploaded > 0 ? 1 : status.attempts + 1;
    const wait = backoff(attempts, pace);
    logger.info('a job is tried again later', { code, attempts, seconds: Math.round(wait / 1000) });
    return {
      ...{ ...status, state: 'waiting', attempts },
      nextAttempt: new Date(pace.now() + wait).toISOString(),
    };
  }

  /** The status as it stands. */
  private current(state?: JobState): JobStatus {
    const { job, story, tools } = this;
    if (job === undefined) throw cancelled();
    const { failure: _, nextAttempt: __, speed: ___, ...before } = job.status;
    const { speed } = story;
    const { told } = story;
    return {
      ...{ ...before, ...told, state: state ?? told.state },
      // Known from before, until they are counted anew.
      instances: told.instances || before.instances,
      bytesTotal: told.bytesTotal || before.bytesTotal,
      ...(speed !== undefined && { speed }),
      changed: new Date(tools.pace.now()).toISOString(),
    };
  }

  /**
   * A job of received data is done when nothing lies in its folder any more. What came while it was sent, and what waited for
   * a twin that is gone now, is sent next; the rest needs a person.
   */
  private async withLateData(status: JobStatus): Promise<JobStatus> {
    const { job, tools, removed } = this;
    if (job === undefined || job.order.origin.kind === 'files') return status;
    const { state } = status;
    if (state !== 'archived' && state !== 'held' && state !== 'failed') return status;
    const left = (await tools.received?.folder(job.order.id))?.instances ?? 0;
    const { held, failed, skipped } = status.totals;
    if (left === 0) return settled(status, 'archived');
    const twins = skipped > 0 && removed > 0;
    if (left > held + failed + skipped || twins) return settled(status, 'waiting');
    return state === 'archived' ? settled(status, 'held') : status;
  }

  private async tick(): Promise<void> {
    const { job } = this;
    if (job === undefined) return;
    try {
      const stored = await this.tools.journal.read(job.order.id);
      if (stored?.kind === 'job') {
        if (stored.wishes.length > 0) this.stop('cancel');
        else if (stored.paused) this.stop('pause');
      }
      if (!this.changed || this.ended) return;
      this.changed = false;
      await this.write(this.current());
    } catch (error) {
      // Notes of progress may be missing; the end of the run is written down or the job is done again.
      this.tools.logger.warn('progress could not be noted', { code: toGiftCloudError(error).code });
    }
  }

  private write(status: JobStatus): Promise<void> {
    const { job, tools } = this;
    if (job === undefined) return Promise.resolve();
    this.writes = this.writes
      .catch(() => undefined)
      .then(() => tools.journal.writeStatus(job.order.id, status, job.lease));
    return this.writes;
  }
}

function settled(status: JobStatus, state: JobState, keepAttempts = false): JobStatus {
  const { speed: _, ...rest } = status;
  return { ...rest, state, attempts: keepAttempts ? status.attempts + 1 : status.attempts };
}
