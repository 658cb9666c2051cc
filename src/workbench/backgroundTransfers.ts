import { EventEmitter, l10n, workspace, type Event } from 'vscode';
import { isFinished } from '../services/queue/jobRecord.js';
import type { QueuedJob, QueueLead, TransferQueue } from '../services/queue/types.js';
import { Disposable } from '../services/support/disposable.js';
import { toGiftCloudError } from '../services/support/errors.js';
import type { Logger } from '../services/support/logger.js';
import type { Archive } from '../services/xnat/archive.js';
import type { Connection } from './connection.js';
import type { Dialogs } from './dialogs.js';
import { showTransfers, type Transfers } from './transfers.js';
import type { Uploads } from './uploads.js';

/** How often it is looked whether finished jobs may go and data became too old, where nothing else is to be done. */
const tidyEveryMs = 60 * 60 * 1000;
/** Other windows may want to listen: the lead is let go when there is nothing to do for so long. */
const idleMs = 10_000;

/**
 * Goes on with jobs of the transfer queue that nobody watches: of a window that was closed or killed, after an outage, and of
 * what was received. One window or program does it for all, and may listen; the services are loaded only where there are jobs.
 */
export class BackgroundTransfers extends Disposable {
  private readonly stop = new AbortController();
  private readonly changed = this.register(new EventEmitter<void>());
  /** This window got the lead of the queue, or lost it. */
  readonly onDidChangeLead: Event<void> = this.changed.event;
  private readonly started = new Date().toISOString();
  private working = false;
  private told = false;
  private wanted = false;
  private current: QueueLead | undefined;

  constructor(
    private readonly transfers: Transfers,
    private readonly connection: Connection,
    uploads: Uploads,
    private readonly dialogs: Dialogs,
    private readonly logger: Logger,
  ) {
    super();
    const begin = (): void => void this.begin();
    const tidy = (): void => void this.begin(true);
    const timer = setInterval(tidy, tidyEveryMs);
    this.register({
      dispose: () => {
        clearInterval(timer);
        this.stop.abort();
      },
    });
    this.register(connection.onDidChangeSession(tidy));
    this.register(uploads.onDidFinish(begin));
    this.register(transfers.onDidChange(begin));
    this.register(workspace.onDidGrantWorkspaceTrust(begin));
    void connection.restored.then(tidy);
  }

  /** The lead of the queue, while this window has it. */
  get lead(): QueueLead | undefined {
    return this.current;
  }

  /** Takes the lead as soon as it is free, also without a job: for a listener. It is kept until nobody wants it. */
  want(wanted: boolean): void {
    this.wanted = wanted;
    void this.begin();
  }

  /** Something may have come that is no job yet. */
  lookForWork(): void {
    void this.begin(true);
  }

  /** @param tidy also where nothing but finished jobs is left. */
  private async begin(tidy = false): Promise<void> {
    if (this.working || !workspace.isTrusted || !this.connection.session) return;
    this.working = true;
    try {
      const hasWork = await this.transfers.look();
      if (hasWork && tidy) await this.work(this.stop.signal);
      // Somebody may have wanted the lead meanwhile.
      while (this.isBusy() && !this.stop.signal.aborted) await this.work(this.stop.signal);
    } catch (error) {
      const { code } = toGiftCloudError(error);
      if (code !== 'CANCELLED') this.logger.warn('the transfer queue does not run', { code });
    } finally {
      this.working = false;
    }
  }

  private isBusy(): boolean {
    return this.wanted || this.transfers.jobs.some((job) => !job.paused && !isFinished(job.state));
  }

  /** Until there is nothing to do for a while, or the window closes; another process that took over meanwhile is waited for. */
  private async work(signal: AbortSignal): Promise<void> {
    const { queue } = await this.transfers.open();
    const idle = new AbortController();
    let busyAt = Date.now();
    const watch = setInterval(() => {
      if (this.isBusy()) busyAt = Date.now();
      else if (Date.now() - busyAt > idleMs) idle.abort();
    }, 1000);
    const stop = AbortSignal.any([signal, idle.signal]);
    try {
      while (!stop.aborted) await this.workOnce(queue, stop);
    } catch (error) {
      // There is nothing to do any more while another process is waited for.
      if (!idle.signal.aborted) throw error;
    } finally {
      clearInterval(watch);
    }
  }

  private async workOnce(queue: TransferQueue, stop: AbortSignal): Promise<void> {
    const lead = await queue.lead(stop);
    const archives = (server: string, user: string): Promise<Archive | undefined> =>
      this.archiveOf(server, user);
    this.use(lead);
    const left = new Set<string>();
    const listening = queue.onDidTell(({ job }) => {
      if (left.has(job)) void this.tellWhatGoesOn(1);
    });
    try {
      await queue.refresh();
      const jobs = this.transfers.jobs.filter((job) => this.isLeft(job));
      // A process that died a moment ago still seems to work on its jobs: they are told when they go on here.
      for (const { id } of jobs) left.add(id);
      void this.tellWhatGoesOn(jobs.filter(({ active }) => !active).length);
      await queue.work(archives, lead, stop);
    } finally {
      listening.dispose();
      this.use(undefined);
      await lead.release();
    }
  }

  private use(lead: QueueLead | undefined): void {
    this.current = lead;
    this.changed.fire();
  }

  /** Of an earlier window, and not finished. */
  private isLeft({ origin, state, paused, created }: QueuedJob): boolean {
    return origin.kind === 'files' && !isFinished(state) && !paused && created < this.started;
  }

  /** Once a window: what an earlier one left behind is sent although nobody asked for it today. */
  private async tellWhatGoesOn(left: number): Promise<void> {
    if (this.told || left === 0) return;
    this.told = true;
    const show = l10n.t('Show Transfers');
    const message =
      left === 1
        ? l10n.t('An upload that was not finished goes on in the background.')
        : l10n.t('{0} uploads that were not finished go on in the background.', left);
    if ((await this.dialogs.notify('info', message, [show])) === show) await showTransfers();
  }

  private async archiveOf(server: string, user: string): Promise<Archive | undefined> {
    const archive = await this.connection.session?.archive().catch(() => undefined);
    return archive?.serverUrl === server && archive.userName === user ? archive : undefined;
  }
}
