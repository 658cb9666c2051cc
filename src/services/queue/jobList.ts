import { Disposable, type DisposableLike } from '../support/disposable.js';
import type { JobOrder, JobStatus } from './jobRecord.js';
import { isFinished } from './jobRecord.js';
import type { Journal, StoredJob } from './journal.js';
import type { Leases } from './leases.js';
import { Listeners } from './listeners.js';
import type { QueuedJob, UnreadableJob } from './types.js';

/** Name of the lease of a job, in its folder. */
export const jobLease = 'job';

/** A job that can be read, and whether somebody works on it. */
export interface ListedJob {
  readonly stored: Extract<StoredJob, { kind: 'job' }>;
  readonly active: boolean;
}

/** What is in the journal, as it was read last, with what runs of this process say in between. */
export class JobList extends Disposable {
  private listed = new Map<string, QueuedJob>();
  /** Rows of jobs that nobody works on: the same as long as the journal gives the same. */
  private readonly rows = new WeakMap<ListedJob['stored'], QueuedJob>();
  /** What runs of this process say, newer than the disk. */
  private readonly live = new Map<string, JobStatus>();
  private broken: readonly UnreadableJob[] = [];
  private readonly changed = new Listeners<void>();
  private refreshed = -Infinity;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly journal: Journal,
    private readonly leases: Leases,
    private readonly pollMs: number,
  ) {
    super();
    this.register({ dispose: () => clearInterval(this.timer) });
  }

  jobs(): readonly QueuedJob[] {
    return [...this.listed.values()];
  }

  unreadable(): readonly UnreadableJob[] {
    return this.broken;
  }

  onDidChange(listener: () => void): DisposableLike {
    const added = this.changed.add(listener);
    this.poll();
    return {
      dispose: () => {
        added.dispose();
        if (this.changed.any) return;
        clearInterval(this.timer);
        this.timer = undefined;
      },
    };
  }

  /** Reads the whole journal. Errors: those of the file system. */
  async refresh(): Promise<readonly ListedJob[]> {
    const found: ListedJob[] = [];
    const broken: UnreadableJob[] = [];
    for (const id of await this.journal.ids()) {
      const listed = await this.read(id);
      if (listed === undefined) continue;
      if (listed.stored.kind === 'unreadable') broken.push({ id, why: listed.stored.why });
      else found.push({ stored: listed.stored, active: listed.active });
    }
    found.sort((a, b) => compare(a.stored.order, b.stored.order));
    const before = { listed: this.listed, broken: this.broken };
    this.listed = new Map(found.map((job) => [job.stored.order.id, this.rowOf(job)]));
    this.broken = broken;
    this.refreshed = performance.now();
    if (!sameRows(before.listed, this.listed) || JSON.stringify(before.broken) !== JSON.stringify(broken))
      this.changed.tell();
    return found;
  }

  /** What a run of this process says about its job before it is on the disk. */
  update(order: JobOrder, status: JobStatus): void {
    const known = this.listed.get(order.id);
    const active = !isFinished(status.state) && status.state !== 'waiting';
    if (active) this.live.set(order.id, status);
    else this.live.delete(order.id);
    const job = shownJob({
      stored: {
        ...{ kind: 'job', order, status, paused: known?.paused ?? false, wishes: [], leased: active },
        ...(known?.retrieved && { retrieved: known.retrieved }),
      },
      active,
    });
    this.listed.set(order.id, job);
    this.changed.tell();
  }

  /** The run of this process ended. */
  forget(id: string): void {
    this.live.delete(id);
  }

  private async read(id: string): Promise<{ stored: StoredJob; active: boolean } | undefined> {
    let stored = await this.journal.readListed(id);
    const leased = stored?.kind === 'job' && stored.leased;
    const active = leased && (await this.leases.isHeld(this.journal.folderOf(id), jobLease));
    // A run that ended between the two looks left another status than the one that was read.
    if (leased && !active) stored = await this.journal.read(id);
    if (stored?.kind !== 'job') return stored && { stored, active: false };
    const status = this.live.get(id);
    return { stored: status ? { ...stored, status } : stored, active };
  }

  private poll(): void {
    if (this.timer !== undefined) return;
    const look = (): void => {
      // Whoever runs the queue reads it as often.
      if (performance.now() - this.refreshed > this.pollMs / 2) void this.refresh().catch(() => undefined);
    };
    this.timer = setInterval(look, this.pollMs);
    this.timer.unref();
    look();
  }

  private rowOf(job: ListedJob): QueuedJob {
    if (job.active) return shownJob(job);
    const row = this.rows.get(job.stored) ?? shownJob(job);
    this.rows.set(job.stored, row);
    return row;
  }
}

function sameRows(before: ReadonlyMap<string, QueuedJob>, after: ReadonlyMap<string, QueuedJob>): boolean {
  if (before.size !== after.size) return false;
  for (const [id, row] of after) {
    const other = before.get(id);
    if (other !== row && JSON.stringify(other) !== JSON.stringify(row)) return false;
  }
  return true;
}

function shownJob({ stored: { order, status, paused, retrieved }, active }: ListedJob): QueuedJob {
  const { id, origin, server, user, project, profile, created } = order;
  const { version: _, instances: __, speed, warned: ___, ...rest } = status;
  return {
    ...{ id, origin, server, user, project, profile: profile.name, created, paused, active },
    ...rest,
    ...(active && speed !== undefined && { speed }),
    ...(retrieved && { retrieved }),
  };
}

function compare(a: JobOrder, b: JobOrder): number {
  return a.created < b.created ? -1 : a.created > b.created ? 1 : a.id < b.id ? -1 : 1;
}
