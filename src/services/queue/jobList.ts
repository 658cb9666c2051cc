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
  private listed: ReadonlyMap<string, QueuedJob> = new Map();
  /** What runs of this process say, newer than the disk. */
  private readonly live = new Map<string, JobStatus>();
  private broken: readonly UnreadableJob[] = [];
  private readonly changed = new Listeners<void>();
  private shown = '';
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
      const stored = await this.journal.read(id);
      if (stored === undefined) continue;
      if (stored.kind === 'unreadable') broken.push({ id, why: stored.why });
      else {
        const active = await this.leases.isHeld(this.journal.folderOf(id), jobLease);
        found.push({ stored: { ...stored, status: this.live.get(id) ?? stored.status }, active });
      }
    }
    found.sort((a, b) => compare(a.stored.order, b.stored.order));
    this.broken = broken;
    this.listed = new Map(found.map((job) => [job.stored.order.id, shownJob(job)]));
    this.tellIfChanged();
    return found;
  }

  /** What a run of this process says about its job before it is on the disk. */
  update(order: JobOrder, status: JobStatus): void {
    const known = this.listed.get(order.id);
    const active = !isFinished(status.state) && status.state !== 'waiting';
    if (active) this.live.set(order.id, status);
    else this.live.delete(order.id);
    const job = shownJob({
      stored: { kind: 'job', order, status, paused: known?.paused ?? false, wishes: [] },
      active,
    });
    this.listed = new Map([...this.listed, [order.id, job]]);
    this.changed.tell();
  }

  /** The run of this process ended. */
  forget(id: string): void {
    this.live.delete(id);
  }

  private poll(): void {
    if (this.timer !== undefined) return;
    const look = (): void => void this.refresh().catch(() => undefined);
    this.timer = setInterval(look, this.pollMs);
    this.timer.unref();
    look();
  }

  private tellIfChanged(): void {
    const shown = JSON.stringify([this.jobs(), this.broken]);
    if (shown === this.shown) return;
    this.shown = shown;
    this.changed.tell();
  }
}

function shownJob({ stored: { order, status, paused }, active }: ListedJob): QueuedJob {
  const { id, origin, server, user, project, profile, created } = order;
  const { version: _, instances: __, speed, warned: ___, ...rest } = status;
  return {
    ...{ id, origin, server, user, project, profile: profile.name, created, paused, active },
    ...rest,
    ...(active && speed !== undefined && { speed }),
  };
}

function compare(a: JobOrder, b: JobOrder): number {
  return a.created < b.created ? -1 : a.created > b.created ? 1 : a.id < b.id ? -1 : 1;
}
