import type { PipelineEvent } from '../pipeline/types.js';
import { toGiftCloudError, type ErrorCode } from '../support/errors.js';
import type { Logger } from '../support/logger.js';
import type { Archive } from '../xnat/archive.js';
import type { Housekeeping } from './housekeeping.js';
import type { Intake } from './intake.js';
import type { JobCommands } from './jobCommands.js';
import type { JobList, ListedJob } from './jobList.js';
import type { JobOrder } from './jobRecord.js';
import { choose, type Candidate } from './lanes.js';
import { isOutage, needsSignIn, type QueuePace } from './retries.js';
import { Servers } from './servers.js';
import type { ArchiveSource, QueueLead, QueueSettings } from './types.js';
import type { Waker } from './waker.js';

/** A process that died between making a job and beginning it leaves it "discovered" for this long. */
const unbegunMs = 60_000;

/** How a worker runs one job; it ends when the job ended, and throws what ended it. */
export interface RunningJob {
  readonly events: AsyncIterable<PipelineEvent>;
  /** Ends the run so that whoever comes next goes on with it. */
  readonly stop: () => void;
}

export interface WorkerParts {
  readonly list: JobList;
  readonly commands: JobCommands;
  readonly housekeeping: Housekeeping;
  readonly intake: Intake | undefined;
  readonly pace: QueuePace;
  readonly logger: Logger;
  readonly settings: () => QueueSettings;
  start(id: string, archive: Archive): RunningJob;
}

/** Runs the jobs of the queue in the background, each as soon as its server, its turn and its time allow. */
export class QueueWorker {
  private readonly servers: Servers;
  private readonly running = new Map<string, Promise<void>>();
  private readonly stops = new Map<string, () => void>();
  /** Sign-ins that a server refused, or that nobody gave a password for: never used again (accounts lock). */
  private readonly refused = new WeakSet<Archive>();

  constructor(
    private readonly parts: WorkerParts,
    private readonly waker: Waker,
  ) {
    this.servers = new Servers(parts.pace);
  }

  async work(archives: ArchiveSource, lead: QueueLead, signal: AbortSignal, drainMs: number): Promise<void> {
    const stop = AbortSignal.any([signal, lead.lost]);
    const { pace, logger } = this.parts;
    try {
      while (!stop.aborted) {
        try {
          await this.round(archives, stop);
        } catch (error) {
          // A disk that is full or away for a moment ends no queue.
          logger.warn('the queue could not be read', { code: toGiftCloudError(error).code });
        }
        await this.waker.wait(pace.pollMs, stop);
      }
    } finally {
      await this.drain(lead.lost.aborted ? 0 : drainMs);
    }
  }

  private async round(archives: ArchiveSource, stop: AbortSignal): Promise<void> {
    const { list, commands, housekeeping, intake, settings } = this.parts;
    const jobs = await list.refresh();
    for (const { stored, active } of jobs) {
      if (!active) await commands.grant(stored.order.id, stored.wishes);
    }
    await housekeeping.run(jobs, settings());
    await intake?.run(jobs, settings());
    const waiting = jobs.filter((job) => this.isDue(job)).map(candidateOf);
    // As large as they turned out to be.
    const running = jobs.filter(({ stored }) => this.running.has(stored.order.id)).map(candidateOf);
    const lanes = (server: string): number => this.servers.lanes(server, settings().jobsPerServer);
    const signedIn: (Candidate & { readonly archive: Archive })[] = [];
    for (const job of waiting) {
      const archive = await archives(job.server, job.user);
      if (archive !== undefined && !this.refused.has(archive)) signedIn.push({ ...job, archive });
    }
    if (stop.aborted) return;
    for (const { archive, ...job } of choose(signedIn, running, lanes)) this.start(job, archive);
  }

  private isDue({ stored: { order, status, paused, wishes }, active }: ListedJob): boolean {
    if (active || paused || wishes.length > 0 || this.running.has(order.id)) return false;
    const now = this.parts.pace.now();
    switch (status.state) {
      case 'archived':
      case 'held':
      case 'failed':
      case 'cancelled':
        return false;
      case 'discovered':
        // What is being received becomes "waiting" in its time.
        return order.origin.kind === 'files' && now - Date.parse(status.changed) > unbegunMs;
      case 'waiting': {
        if (status.nextAttempt === undefined || Date.parse(status.nextAttempt) <= now) return true;
        // A clock that was set back must not stop anything.
        if (Date.parse(status.nextAttempt) - now > this.parts.pace.mostRetryMs) return true;
        const outage = status.failure !== undefined && isOutage(status.failure.code);
        return outage && this.servers.answeredAt(order.server) > Date.parse(status.changed);
      }
      default:
        // Its process is gone.
        return true;
    }
  }

  private start(job: Candidate, archive: Archive): void {
    const { events, stop } = this.parts.start(job.id, archive);
    this.stops.set(job.id, stop);
    const ended = this.follow(job, archive, events).finally(() => {
      this.running.delete(job.id);
      this.stops.delete(job.id);
      this.waker.wake();
    });
    this.running.set(job.id, ended);
  }

  private async follow(
    { id, server }: Candidate,
    archive: Archive,
    events: AsyncIterable<PipelineEvent>,
  ): Promise<void> {
    const { logger } = this.parts;
    logger.info('a job of the queue begins', { job: id });
    let code: ErrorCode | undefined;
    try {
      for await (const _ of events);
    } catch (error) {
      const failure = toGiftCloudError(error);
      ({ code } = failure);
      if (needsSignIn(failure)) this.refused.add(archive);
    }
    this.servers.note(server, code);
    logger.info('a job of the queue ended', { job: id, code });
  }

  private async drain(drainMs: number): Promise<void> {
    const ended = Promise.all(this.running.values());
    const limit = new AbortController();
    if (drainMs > 0) {
      await Promise.race([ended, this.waker.wait(drainMs, limit.signal)]);
      limit.abort();
    }
    for (const stop of this.stops.values()) stop();
    await ended;
  }
}

function candidateOf({ stored: { order, status } }: ListedJob): Candidate & Pick<JobOrder, 'user'> {
  const { id, server, user } = order;
  return { id, server, user, instances: status.instances };
}
