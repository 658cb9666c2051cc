import { readdir } from 'node:fs/promises';
import { workspace } from 'vscode';
import { Disposable } from '../services/support/disposable.js';
import { toGiftCloudError } from '../services/support/errors.js';
import type { Logger } from '../services/support/logger.js';
import type { Archive } from '../services/xnat/archive.js';
import type { Connection } from './connection.js';
import type { LazyServices } from './lazyServices.js';
import type { Uploads } from './uploads.js';

/**
 * Goes on with jobs of the transfer queue that nobody watches: of a window that was closed or killed, and after an outage.
 * One window or program does it for all; the services are loaded only where there are jobs.
 */
export class BackgroundTransfers extends Disposable {
  private readonly stop = new AbortController();
  private working = false;

  constructor(
    private readonly services: LazyServices,
    private readonly connection: Connection,
    uploads: Uploads,
    private readonly queueFolder: string,
    private readonly logger: Logger,
  ) {
    super();
    const begin = (): void => void this.begin();
    this.register({ dispose: () => this.stop.abort() });
    this.register(connection.onDidChangeSession(begin));
    this.register(uploads.onDidFinish(begin));
    this.register(workspace.onDidGrantWorkspaceTrust(begin));
    void connection.restored.then(begin);
  }

  private async begin(): Promise<void> {
    if (this.working || !workspace.isTrusted || !this.connection.session) return;
    this.working = true;
    try {
      if (await this.hasJobs()) await this.work(this.stop.signal);
    } catch (error) {
      const { code } = toGiftCloudError(error);
      if (code !== 'CANCELLED') this.logger.warn('the transfer queue does not run', { code });
    } finally {
      this.working = false;
    }
  }

  private async hasJobs(): Promise<boolean> {
    const names = await readdir(this.queueFolder).catch(() => []);
    return names.some((name) => !name.includes('.') && name !== 'clock');
  }

  /** Until the window closes; another process that took over meanwhile is waited for. */
  private async work(signal: AbortSignal): Promise<void> {
    const { queue } = await this.services.get();
    const archives = (server: string, user: string): Promise<Archive | undefined> =>
      this.archiveOf(server, user);
    while (!signal.aborted) {
      const lead = await queue.lead(signal);
      try {
        await queue.work(archives, lead, signal);
      } finally {
        await lead.release();
      }
    }
  }

  private async archiveOf(server: string, user: string): Promise<Archive | undefined> {
    const archive = await this.connection.session?.archive().catch(() => undefined);
    return archive?.serverUrl === server && archive.userName === user ? archive : undefined;
  }
}
