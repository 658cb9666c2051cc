import { runUpload, type UploadTools } from '../pipeline/pipeline.js';
import type { UploadRequest } from '../createServices.js';
import type { AskWhoIsWho, PipelineEvent } from '../pipeline/types.js';
import { Disposable, type DisposableLike } from '../support/disposable.js';
import { GiftCloudError, throwIfAborted, toGiftCloudError } from '../support/errors.js';
import type { Archive } from '../xnat/archive.js';
import { fencedArchive } from './fencedArchive.js';
import { Housekeeping } from './housekeeping.js';
import { Intake } from './intake.js';
import { JobCommands } from './jobCommands.js';
import { isDone } from './jobRecord.js';
import { JobList } from './jobList.js';
import { JobRun, type RunTools } from './jobRun.js';
import { JobStore, type Destination, type Sealer } from './jobStore.js';
import { Journal, journalFolder } from './journal.js';
import { defaultLeasePace, Leases, type Lease, type LeasePace } from './leases.js';
import { Listeners } from './listeners.js';
import { QueueWorker } from './queueWorker.js';
import type { DroppedData, ReceivedData } from './received.js';
import { defaultQueuePace, type QueuePace } from './retries.js';
import type {
  ArchiveSource,
  QueuedJob,
  QueueLead,
  QueueSettings,
  RetentionWarning,
  RetrievedCounts,
  ToldOfJob,
  TransferQueue,
  UnreadableJob,
} from './types.js';
import { Waker } from './waker.js';

/** Name of the lease of the whole queue, in its folder. */
const queueLease = 'queue';

const dayMs = 24 * 60 * 60 * 1000;

export const defaultQueueSettings: QueueSettings = {
  jobsPerServer: 3,
  keepFinishedMs: 7 * dayMs,
  quietMs: 10_000,
  retentionMs: undefined,
  retentionWarningMs: 7 * dayMs,
};

export interface QueueOptions {
  /** The folder `queue` in it is the journal. */
  readonly stateFolder: string;
  readonly upload: UploadTools;
  readonly sealer: Sealer;
  /** What was received, where this process knows of any. */
  readonly received?: ReceivedData;
  /** What was dropped as bytes, where this process knows of any. */
  readonly dropped?: DroppedData;
  readonly pace?: QueuePace;
  readonly leasePace?: LeasePace;
}

/** The transfer queue in files: see docs/architecture.md, "The queue". */
export class FileTransferQueue extends Disposable implements TransferQueue {
  private readonly journal: Journal;
  private readonly leases: Leases;
  private readonly list: JobList;
  private readonly store: JobStore;
  private readonly commands: JobCommands;
  private readonly pace: QueuePace;
  private readonly intake: Intake | undefined;
  private readonly runs = new Set<JobRun>();
  private readonly waker = new Waker();
  private readonly warned = new Listeners<RetentionWarning>();
  private readonly told = new Listeners<ToldOfJob>();
  /** Who is asked about patients of a job that was released here. */
  private readonly asking = new Map<string, AskWhoIsWho>();
  private settings = defaultQueueSettings;

  constructor(private readonly options: QueueOptions) {
    super();
    this.pace = options.pace ?? defaultQueuePace;
    this.journal = new Journal(journalFolder(options.stateFolder));
    this.leases = new Leases(this.journal.clockFile, options.leasePace ?? defaultLeasePace);
    this.list = this.register(new JobList(this.journal, this.leases, this.pace.pollMs));
    this.store = new JobStore(this.journal, this.leases, options.sealer, this.pace.now, options.received);
    const removeData = async (id: string): Promise<void> => {
      await options.received?.remove(id);
      await options.dropped?.remove(id);
    };
    this.commands = new JobCommands(this.journal, this.store, this.runs, this.pace, removeData);
    this.intake = options.received && new Intake(this.journal, this.store, options.received, this.pace);
  }

  jobs(): readonly QueuedJob[] {
    return this.list.jobs();
  }

  unreadable(): readonly UnreadableJob[] {
    return this.list.unreadable();
  }

  async refresh(): Promise<void> {
    await this.list.refresh();
  }

  onDidChange(listener: () => void): DisposableLike {
    return this.list.onDidChange(listener);
  }

  onDidWarn(listener: (warning: RetentionWarning) => void): DisposableLike {
    return this.warned.add(listener);
  }

  onDidTell(listener: (told: ToldOfJob) => void): DisposableLike {
    return this.told.add(listener);
  }

  configure(settings: Partial<QueueSettings>): void {
    this.settings = { ...this.settings, ...settings };
  }

  async lead(signal?: AbortSignal): Promise<QueueLead> {
    const never = new AbortController();
    for (;;) {
      throwIfAborted(signal);
      await this.journal.open();
      const lease: Lease | undefined = await this.leases.acquire(this.journal.folder, queueLease);
      if (lease) return lease;
      await this.waker.wait(this.pace.pollMs, signal ?? never.signal);
    }
  }

  isLed(): Promise<boolean> {
    return this.leases.isHeld(this.journal.folder, queueLease);
  }

  async work(archives: ArchiveSource, lead: QueueLead, signal: AbortSignal, drainMs = 0): Promise<void> {
    const { commands, pace } = this;
    const { logger } = this.options.upload;
    const warn = (warning: RetentionWarning): void => this.warned.tell(warning);
    const discard = (id: string): Promise<void> => commands.discard([id]);
    const sweepDropped = async (): Promise<void> => this.options.dropped?.sweep();
    const housekeeping = new Housekeeping(
      this.journal,
      this.store,
      pace,
      logger,
      warn,
      discard,
      sweepDropped,
    );
    const parts = {
      ...{ list: this.list, commands, housekeeping, pace, logger },
      intake: this.intake,
      settings: () => this.settings,
      start: (id: string, archive: Archive) => {
        const run = new JobRun(this.runTools);
        return { events: this.runStored(id, archive, run), stop: () => run.stop('shutdown') };
      },
    };
    await new QueueWorker(parts, this.waker).work(archives, lead, signal, drainMs);
  }

  /** For who keeps data for a job: whether there is one, and anything of it is left to do. */
  async need(id: string): Promise<'none' | 'done' | 'open'> {
    const stored = await this.journal.read(id);
    if (stored === undefined) return 'none';
    return stored.kind === 'job' && isDone(stored.order) ? 'done' : 'open';
  }

  run(id: string, archive: Archive, signal?: AbortSignal): AsyncIterable<PipelineEvent> {
    return this.runStored(id, archive, new JobRun(this.runTools), signal);
  }

  /** The upload that a person confirms and watches; a job of the queue from the moment of the confirmation. */
  upload(archive: Archive, request: UploadRequest, signal?: AbortSignal): AsyncIterable<PipelineEvent> {
    const run = new JobRun(this.runTools, (review, reviewed) =>
      this.store.openNew(archive, { ...request, ...(reviewed && { reviewed }) }, review),
    );
    return this.events(archive, request, run, signal);
  }

  async add(to: Destination, request: UploadRequest): Promise<string> {
    const id = await this.store.add(to, request);
    await this.refresh();
    this.waker.wake();
    return id;
  }

  async takeIn(folder: string, retrieved?: RetrievedCounts): Promise<void> {
    const { journal, intake } = this;
    await this.changing(async () => {
      await intake?.takeOne(folder, await this.list.refresh(), retrieved !== undefined);
      if (retrieved && (await journal.read(folder))) await journal.noteRetrieved(folder, retrieved);
    });
  }

  async retry(ids?: readonly string[]): Promise<void> {
    await this.changing(() => this.commands.retry(ids));
  }

  async cancel(ids: readonly string[]): Promise<void> {
    await this.changing(() => this.commands.cancel(ids));
  }

  async pause(ids?: readonly string[]): Promise<void> {
    await this.changing(() => this.commands.pause(ids));
  }

  async resume(ids?: readonly string[]): Promise<void> {
    await this.changing(() => this.commands.resume(ids));
  }

  async release(ids: readonly string[], whoIsWho?: AskWhoIsWho): Promise<void> {
    if (whoIsWho) for (const id of ids) this.asking.set(id, whoIsWho);
    await this.changing(() => this.commands.release(ids));
  }

  async discard(ids: readonly string[]): Promise<void> {
    await this.changing(() => this.commands.discard(ids));
  }

  private async changing(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } finally {
      await this.refresh();
      this.waker.wake();
    }
  }

  private get runTools(): RunTools {
    const { stateFolder, upload, received } = this.options;
    return {
      ...{ journal: this.journal, stateFolder, pace: this.pace, logger: upload.logger },
      onChange: (order, status) => this.list.update(order, status),
      onEnd: (id) => this.list.forget(id),
      ...(received && { received }),
    };
  }

  private async *runStored(
    id: string,
    archive: Archive,
    run: JobRun,
    signal?: AbortSignal,
  ): AsyncGenerator<PipelineEvent, void, undefined> {
    const job = await this.store.take(id);
    if (job === undefined) throw notFree();
    const { order, stored } = job;
    if (stored.wishes.length > 0 || stored.paused || stored.status.state === 'archived') {
      await job.lease.release();
      throw notFree();
    }
    let request: UploadRequest;
    try {
      await run.start(job);
      request = await this.store.requestOf(order);
    } catch (thrown) {
      await run.fail(toGiftCloudError(thrown));
      throw thrown;
    }
    const whoIsWho = this.asking.get(id);
    this.asking.delete(id);
    yield* this.events(archive, { ...request, ...(whoIsWho && { whoIsWho }) }, run, signal);
  }

  private async *events(
    archive: Archive,
    request: UploadRequest,
    run: JobRun,
    signal?: AbortSignal,
  ): AsyncGenerator<PipelineEvent, void, undefined> {
    const stop = signal ? AbortSignal.any([signal, run.signal]) : run.signal;
    this.runs.add(run);
    try {
      const fenced = fencedArchive(archive, run.fence);
      for await (const event of runUpload(fenced, request, this.options.upload, run, stop)) {
        if (event.kind !== 'file' && run.id !== undefined) this.told.tell({ job: run.id, event });
        yield event;
      }
    } catch (error) {
      throw run.translate(error);
    } finally {
      this.runs.delete(run);
      await run.close();
    }
  }
}

function notFree(): GiftCloudError {
  return new GiftCloudError('USAGE', 'The job can not be run now.', {
    hint: 'Somebody else works on it, or it is paused, done or to be cancelled: look at the list of jobs.',
  });
}
