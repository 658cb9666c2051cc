import { noFiles } from '../pipeline/fileCounts.js';
import type { FileEvent, FileStatus, PipelineEvent, Totals } from '../pipeline/types.js';
import type { ErrorCode, GiftCloudError } from '../support/errors.js';
import type { JobStatus } from './jobRecord.js';
import { Speed } from './speed.js';
import type { JobState, QueuedSeries, RefusedCount } from './types.js';

type Told = Pick<JobStatus, 'state' | 'totals' | 'instances' | 'bytesTotal' | 'series' | 'refused'>;

/** What the events of one run say about its job: counts, labels and codes, never a path. */
export class JobStory {
  private readonly series = new Map<string, QueuedSeries>();
  private readonly refusals = new Map<string, RefusedCount>();
  private readonly counts: Record<FileStatus, number> = { ...noFiles };
  private readonly meter: Speed;
  private instances = 0;
  private files = 0;
  private bytesSent = 0;
  private bytesTotal = 0;

  constructor(now: () => number) {
    this.meter = new Speed(now);
  }

  note(event: PipelineEvent): void {
    switch (event.kind) {
      case 'review': {
        const { instances, bytes, refused } = event.review;
        this.instances = instances;
        this.bytesTotal = bytes;
        this.files = instances + refused.reduce((sum, { count }) => sum + count, 0);
        return;
      }
      case 'planned':
        for (const row of event.series) this.series.set(row.id, { ...row, state: 'waiting', done: 0 });
        return;
      case 'file':
        this.noteFile(event);
        return;
      case 'progress':
        this.bytesSent = event.bytesSent;
        this.bytesTotal = Math.max(event.bytesTotal, event.bytesSent);
        this.meter.note(event.bytesSent);
        return;
      case 'seriesState': {
        const { id, state, place, done, code, reason } = event;
        const failure = code !== undefined && reason !== undefined && { failure: { code, reason } };
        this.change(id, { state, ...(place && { place }), ...(done !== undefined && { done }), ...failure });
        return;
      }
      case 'series': {
        const { id, place, instances: done, code, reason } = event;
        const failure = code !== undefined && reason !== undefined && { failure: { code, reason } };
        const state = event.status === 'failed' ? 'failed' : 'archived';
        this.change(id, { state, place, done, ...failure });
        return;
      }
      default:
    }
  }

  /** Takes back what was said of the files that an error left undone: it says nothing about them. */
  forgetUndone({ code, message }: GiftCloudError): void {
    const key = keyOf('failed', code, message);
    const undone = this.refusals.get(key)?.count ?? 0;
    this.refusals.delete(key);
    this.counts.failed -= undone;
    for (const [id, row] of this.series) {
      if (underWay.has(row.state)) this.series.set(id, { ...row, state: 'waiting' });
    }
  }

  /** How far the job is while it runs. */
  get told(): Told {
    return {
      state: this.state,
      totals: this.totals,
      instances: this.instances,
      bytesTotal: this.bytesTotal,
      series: [...this.series.values()],
      refused: [...this.refusals.values()],
    };
  }

  /** Bytes per second of the last moments. */
  get speed(): number | undefined {
    return this.meter.value;
  }

  /** Codes of the files that failed. */
  get failedCodes(): readonly ErrorCode[] {
    return [...this.refusals.values()]
      .filter(({ status }) => status === 'failed')
      .map(({ code }) => code as ErrorCode);
  }

  private get totals(): Totals {
    const settled = Object.values(this.counts).reduce((sum, count) => sum + count, 0);
    return { files: Math.max(this.files, settled), ...this.counts, bytesSent: this.bytesSent };
  }

  private get state(): JobState {
    const states = new Set([...this.series.values()].map(({ state }) => state));
    if (states.has('sending')) return 'sending';
    return states.has('confirming') && !states.has('de-identifying') ? 'confirming' : 'de-identifying';
  }

  private change(id: string, what: Partial<QueuedSeries>): void {
    const row = this.series.get(id);
    if (row) this.series.set(id, { ...row, ...what });
  }

  private noteFile({ status, code, reason }: FileEvent): void {
    this.counts[status]++;
    if (code === undefined || reason === undefined || isMade(status)) return;
    const key = keyOf(status, code, reason);
    const count = (this.refusals.get(key)?.count ?? 0) + 1;
    this.refusals.set(key, { status, code, reason, count });
  }
}

const underWay: ReadonlySet<JobState> = new Set(['de-identifying', 'sending', 'confirming']);

function isMade(status: FileStatus): boolean {
  return status === 'uploaded' || status === 'present' || status === 'deidentified';
}

function keyOf(status: FileStatus, code: string, reason: string): string {
  return JSON.stringify([status, code, reason]);
}
