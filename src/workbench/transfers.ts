import { readdir } from 'node:fs/promises';
import { commands as editorCommands, EventEmitter, l10n, workspace, type Event } from 'vscode';
import type { Services } from '../services/createServices.js';
import type {
  QueuedJob,
  RetentionWarning,
  ToldOfJob,
  TransferQueue,
  UnreadableJob,
} from '../services/queue/types.js';
import { Disposable } from '../services/support/disposable.js';
import { views } from './contributions.js';
import { listenerSettings, queueSettings } from './dicomSettings.js';
import type { Dialogs } from './dialogs.js';
import type { LazyServices } from './lazyServices.js';
import { Throttled } from './throttled.js';

/** Where a job put data. */
export interface ArchivedPlace {
  readonly server: string;
  readonly project: string;
  readonly subject: string;
}

/** Folders of the state folder that hold work: jobs, and data that was received. */
const workFolders = ['queue', 'spool'];

/** The transfer queue as this window shows it. The services are loaded where there is something to show. */
export class Transfers extends Disposable {
  private readonly changed = this.register(new EventEmitter<void>());
  /** A few times a second at most. */
  readonly onDidChange: Event<void> = this.changed.event;
  private readonly archived = this.register(new EventEmitter<ArchivedPlace>());
  /** A job of this window put data into a subject; once a job and subject, at its end. */
  readonly onDidArchive: Event<ArchivedPlace> = this.archived.event;
  private readonly change = this.register(new Throttled(() => this.changed.fire()));
  private opening: Promise<Services> | undefined;
  private opened: TransferQueue | undefined;

  constructor(
    private readonly services: LazyServices,
    private readonly stateFolder: string,
    private readonly dialogs: Dialogs,
  ) {
    super();
    this.register(
      workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration('giftcloud')) return;
        void this.opening?.then((services) => configure(services));
      }),
    );
  }

  /** As they were read last; none before the queue was opened. */
  get jobs(): readonly QueuedJob[] {
    return this.opened?.jobs() ?? [];
  }

  get unreadable(): readonly UnreadableJob[] {
    return this.opened?.unreadable() ?? [];
  }

  get isOpen(): boolean {
    return this.opening !== undefined;
  }

  /** The services with the queue set up as the settings say, followed from now on. */
  open(): Promise<Services> {
    this.opening ??= this.follow();
    return this.opening;
  }

  async queue(): Promise<TransferQueue> {
    return (await this.open()).queue;
  }

  /** Opens the queue if there is something in it; tells whether it is open. */
  async look(): Promise<boolean> {
    if (this.opening === undefined && !(await this.hasWork())) return false;
    await this.open();
    return true;
  }

  /** Whether a job or received data lies on the disk; nothing is loaded for it. */
  async hasWork(): Promise<boolean> {
    for (const folder of workFolders) {
      const names = await readdir(`${this.stateFolder}/${folder}`).catch(() => []);
      if (names.some((name) => !name.includes('.') && name !== 'clock')) return true;
    }
    return false;
  }

  private async follow(): Promise<Services> {
    const services = await this.services.get();
    const { queue } = services;
    configure(services);
    this.opened = queue;
    this.register(queue.onDidChange(this.change.trigger));
    this.register(queue.onDidWarn((warning) => void this.warn(warning)));
    this.register(queue.onDidTell(({ event }) => this.tellArchived(event)));
    await queue.refresh();
    this.change.trigger();
    return services;
  }

  private tellArchived(event: ToldOfJob['event']): void {
    if (event.kind !== 'receipt') return;
    const { server, series } = event.receipt;
    const places = new Map(series.map(({ place }) => [`${place.project}/${place.subject}`, place]));
    for (const { project, subject } of places.values()) this.archived.fire({ server, project, subject });
  }

  /** Received data is nowhere else: somebody hears of it before a setting lets it go. */
  private async warn({ job, removedAfter }: RetentionWarning): Promise<void> {
    const project = this.jobs.find(({ id }) => id === job)?.project ?? '';
    const show = l10n.t('Show Transfers');
    const day = new Date(removedAfter).toLocaleDateString();
    const message = l10n.t(
      'Received data for {0} waits for a person. The setting giftcloud.transfers.retentionDays deletes it after {1}.',
      project,
      day,
    );
    if ((await this.dialogs.notify('warning', message, [show])) === show) await showTransfers();
  }
}

export async function showTransfers(): Promise<void> {
  await editorCommands.executeCommand(`${views.transfers}.focus`);
}

function configure({ queue, spool }: Services): void {
  spool.configure({ quotaBytes: listenerSettings().quotaBytes });
  queue.configure(queueSettings());
}
