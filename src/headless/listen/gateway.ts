import { statfs } from 'node:fs/promises';
import type { Services } from '../../services/createServices.js';
import type { QueuedJob, QueueLead } from '../../services/queue/types.js';
import type { ReceptionSettings } from '../../services/reception/types.js';
import { delay } from '../../services/support/abortableDelay.js';
import { Disposable } from '../../services/support/disposable.js';
import { GiftCloudError, toGiftCloudError } from '../../services/support/errors.js';
import type { Logger } from '../../services/support/logger.js';
import type { CommandContext } from '../command.js';
import { givenConnection } from '../connection.js';
import { tellJobs } from './gatewayLog.js';
import { spoolUse, type GatewayFacts } from './health.js';
import { readListenSettings, type ListenSettings } from './listenOptions.js';
import { ServerAccess } from './serverAccess.js';
import { StatusServer } from './statusServer.js';

/** A port that another process is about to leave is tried again after this long. */
const bindAgainMs = 3000;

/** What was done, for the last line. */
export interface GatewayTotals {
  readonly received: number;
  readonly bytes: number;
  readonly refused: number;
  readonly archived: number;
  /** Objects that still lie in the spool: the next run goes on with them. */
  readonly spooled: number;
}

/** One process that receives, keeps and sends, until its signal fires. */
export class Gateway extends Disposable {
  private readonly started = Date.now();
  private lead: QueueLead | undefined;
  private status: StatusServer | undefined;
  private archived = 0;
  private reloads: Promise<void> = Promise.resolve();

  private constructor(
    private readonly context: CommandContext,
    private readonly services: Services,
    private readonly logger: Logger,
    private readonly server: ServerAccess,
    private settings: ListenSettings,
  ) {
    super();
    const { queue } = services;
    this.register(tellJobs(queue, context.output));
    this.register(
      queue.onDidTell(({ event }) => {
        if (event.kind === 'series' && event.status !== 'failed') this.archived += event.instances;
      }),
    );
    this.register(
      context.onHangup(() => {
        this.reloads = this.reloads.then(() => this.reload());
      }),
    );
    this.register({ dispose: () => this.status?.close() });
  }

  /** Reads the options; nothing is sent or bound yet. @throws USAGE, INVALID_LABEL, PROFILE_NOT_AVAILABLE, INSECURE_ADDRESS */
  static async create(context: CommandContext, services: Services, logger: Logger): Promise<Gateway> {
    const settings = await readListenSettings(context.options);
    const given = await givenConnection(context);
    const server = new ServerAccess(given, settings.destination, services, logger, context.signal);
    return new Gateway(context, services, logger, server, settings);
  }

  /**
   * Runs until the signal fires, and then drains.
   * @throws what keeps it from beginning: those of `ServerAccess.begin`, KEY_MISSING, PORT_IN_USE, PORT_NOT_ALLOWED, LISTEN_FAILED
   */
  async run(): Promise<void> {
    const { signal } = this.context;
    this.configure(this.settings);
    // What lies there already has to be readable: a key that is missing is told before anything new comes.
    await this.services.spool.folders();
    await this.openStatus(this.settings.httpPort);
    await this.server.begin();
    this.server.watch();
    try {
      // Whoever begins is told what is wrong; who takes over, or takes up again, waits until it is better.
      for (let patient = false; !signal.aborted; patient = true) {
        const waited = await this.takeLead();
        if (this.lead === undefined) break;
        try {
          await this.serve(this.lead, patient || waited);
        } finally {
          await this.lead.release();
          this.lead = undefined;
        }
      }
    } finally {
      await this.reloads;
      await this.server.close();
    }
  }

  async totals(): Promise<GatewayTotals> {
    const { objects, bytes, refused } = this.services.reception.status.listener;
    const spool = await spoolUse(this.services.spool);
    return {
      ...{ received: objects, bytes, archived: this.archived },
      refused: Object.values(refused).reduce((sum, count) => sum + count, 0),
      spooled: 'objects' in spool ? spool.objects : 0,
    };
  }

  /** Whether somebody else had it; the lead stays undefined when the signal fires first. */
  private async takeLead(): Promise<boolean> {
    const { context, services } = this;
    const waits = await services.queue.isLed();
    if (waits) {
      context.output.event('waiting');
      context.output.line('Another process runs the queue of this state folder; waiting until it ends.');
    }
    try {
      this.lead = await services.queue.lead(context.signal);
    } catch (error) {
      if (!GiftCloudError.is(error, 'CANCELLED')) throw error;
    }
    return waits;
  }

  private async serve(lead: QueueLead, patient: boolean): Promise<void> {
    const { services, server, context } = this;
    const failed = new AbortController();
    const stop = AbortSignal.any([context.signal, failed.signal]);
    const { drainMs } = this.settings;
    const working = services.queue.work(server.archives, lead, stop, drainMs);
    try {
      await this.listen(lead, patient);
      await fired(AbortSignal.any([stop, lead.lost]));
    } catch (error) {
      failed.abort();
      throw error;
    } finally {
      await Promise.all([services.reception.stop(lead.lost.aborted ? 0 : drainMs), working]);
    }
  }

  private async listen(lead: QueueLead, patient: boolean): Promise<void> {
    const { context, services, logger } = this;
    const ended = AbortSignal.any([context.signal, lead.lost]);
    while (!ended.aborted) {
      try {
        this.tellListening(await services.reception.start(this.reception(this.settings), lead));
        return;
      } catch (error) {
        const { code, retryable } = toGiftCloudError(error);
        if (!patient || !retryable) throw error;
        logger.warn('The port can not be bound yet', { code });
      }
      await delay(bindAgainMs, ended).catch(() => undefined);
    }
  }

  private tellListening(port: number): void {
    const { output } = this.context;
    const httpPort = this.status?.port;
    output.event('listening', { port, ...(httpPort !== undefined && { httpPort }) });
    output.line(`Listening for DICOM on port ${port} as ${this.settings.listener.aeTitle}.`);
  }

  /** What changed in the file of `--config` and the files that it names; nothing where there is a mistake in it. */
  private async reload(): Promise<void> {
    const { context, services, lead, logger } = this;
    const { port: before } = services.reception.status.listener;
    try {
      const options = context.reread();
      const settings = await readListenSettings(options);
      const given = await givenConnection({ ...context, options });
      const { httpPort } = settings;
      if (httpPort !== this.settings.httpPort) await this.openStatus(httpPort);
      this.server.change(given, settings.destination);
      if (lead) await services.reception.start(this.reception(settings), lead);
      this.configure(settings);
      this.settings = settings;
      context.output.event('reloaded');
      logger.info('The configuration was read anew');
      const { port } = services.reception.status.listener;
      if (port !== undefined && port !== before) this.tellListening(port);
    } catch (thrown) {
      const { code, message } = toGiftCloudError(thrown);
      context.output.event('reload-failed', { code, message });
      logger.warn(`The configuration was not taken over: ${message}`, { code });
    }
  }

  private configure({ queue, quotaBytes }: ListenSettings): void {
    this.services.queue.configure(queue);
    this.services.spool.configure({ quotaBytes });
  }

  /** @throws PORT_IN_USE, PORT_NOT_ALLOWED; then the one before goes on */
  private async openStatus(port: number | undefined): Promise<void> {
    const next = port === undefined ? undefined : await StatusServer.start(port, () => this.facts());
    this.status?.close();
    this.status = next;
  }

  private reception({ listener, destination }: ListenSettings): ReceptionSettings {
    const { serverUrl: server, userName: user } = this.server.archive;
    return { listener, destination: { ...destination, server, user } };
  }

  private async facts(): Promise<GatewayFacts> {
    const { services, context, started, archived } = this;
    const { serverUrl, userName } = this.server.archive;
    const jobs = services.queue.jobs();
    const isForeign = ({ state, server, user }: QueuedJob): boolean =>
      state === 'waiting' && (server !== serverUrl || user !== userName);
    const disk = await statfs(context.stateFolder).catch(() => undefined);
    return {
      ...{ version: context.version, now: Date.now(), started, archived },
      ...{ reception: services.reception.status, hasLead: this.lead !== undefined },
      spool: await spoolUse(services.spool),
      diskFree: disk && disk.bavail * disk.bsize,
      server: this.server.state,
      ...{ jobs, unreadable: services.queue.unreadable(), foreign: jobs.filter(isForeign).length },
    };
  }
}

function fired(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
