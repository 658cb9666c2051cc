import { isDeepStrictEqual } from 'node:util';
import { Counters } from '../dimse/counters.js';
import { DicomListener } from '../dimse/dicomListener.js';
import { leaseLost } from '../queue/leases.js';
import type { JobFailure, QueueLead } from '../queue/types.js';
import type { ReceptionSink, SpoolDestination } from '../spool/types.js';
import { Disposable, type DisposableLike } from '../support/disposable.js';
import { toGiftCloudError } from '../support/errors.js';
import type { Logger } from '../support/logger.js';
import type { Reception, ReceptionSettings, ReceptionState, ReceptionStatus } from './types.js';

interface Running {
  readonly listener: DicomListener;
  readonly settings: ReceptionSettings;
  readonly sink: ReceptionSink;
}

/** The way from the port into the spool. One listener follows another where the port has to be bound anew. */
export class ListenerReception extends Disposable implements Reception {
  private readonly counters = new Counters();
  private running: Running | undefined;
  /** Listeners before, whose port is free again and whose associations still go on. */
  private readonly retired = new Set<DicomListener>();
  private failure: JobFailure | undefined;
  private lead: QueueLead | undefined;
  private starts: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly spool: { sink(destination: SpoolDestination): ReceptionSink },
    private readonly logger: Logger,
  ) {
    super();
    this.register({ dispose: () => this.cut() });
  }

  get status(): ReceptionStatus {
    const { running, failure } = this;
    const listener = running?.listener.status ?? { state: 'stopped', port: undefined, ...this.counters.all };
    const state: ReceptionState = failure ? 'failed' : listener.state;
    return { state, listener, ...(failure && { failure }), ...(running && { settings: running.settings }) };
  }

  onDidChange(listener: () => void): DisposableLike {
    return this.counters.onDidChange(listener);
  }

  start(settings: ReceptionSettings, lead: QueueLead): Promise<number> {
    const begun = this.starts.then(() => this.begin(settings, lead));
    this.starts = begun.catch(() => undefined);
    return begun;
  }

  async stop(drainMs = 0): Promise<void> {
    await this.starts;
    const { running } = this;
    const all = [...this.retired, ...(running ? [running.listener] : [])];
    await Promise.all(all.map((listener) => listener.stop(drainMs)));
    // It may have been started again meanwhile.
    if (this.running === running) this.forget();
    this.counters.tell();
  }

  private async begin(settings: ReceptionSettings, lead: QueueLead): Promise<number> {
    this.follow(lead);
    const before = this.running;
    const kept = before && isDeepStrictEqual(before.settings.destination, settings.destination);
    const sink = kept ? before.sink : this.spool.sink(settings.destination);
    const { port, state } = before?.listener.status ?? {};
    if (before && port !== undefined && state === 'listening' && before.listener.bindsAs(settings.listener)) {
      before.listener.configure(settings.listener, sink);
      this.running = { listener: before.listener, settings, sink };
      this.counters.tell();
      return port;
    }
    if (before) this.retire(before.listener);
    try {
      return await this.bind(settings, sink);
    } catch (error) {
      // A mistake in new settings ends nothing that worked.
      if (before && state === 'listening')
        await this.bind(before.settings, before.sink).catch(() => undefined);
      throw error;
    }
  }

  private async bind(settings: ReceptionSettings, sink: ReceptionSink): Promise<number> {
    const listener = new DicomListener(settings.listener, sink, this.logger, this.counters);
    this.running = { listener, settings, sink };
    this.failure = undefined;
    try {
      return await listener.start();
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }

  /** Its port is free at once; associations end as they began. */
  private retire(listener: DicomListener): void {
    this.retired.add(listener);
    void listener.stop(Number.POSITIVE_INFINITY).finally(() => this.retired.delete(listener));
  }

  /** @throws LEASE_LOST */
  private follow(lead: QueueLead): void {
    if (lead.lost.aborted) throw leaseLost();
    if (this.lead === lead) return;
    this.lead = lead;
    const lose = (): void => {
      if (this.lead !== lead || this.running === undefined) return;
      this.logger.warn('The listener stops: another process took over');
      this.cut();
      this.fail(leaseLost());
    };
    lead.lost.addEventListener('abort', lose, { once: true });
  }

  private fail(error: unknown): void {
    const { code, message, hint, retryable } = toGiftCloudError(error);
    this.failure = { code, message, hint, retryable };
    this.counters.tell();
  }

  private cut(): void {
    for (const listener of this.retired) listener.dispose();
    this.running?.listener.dispose();
    this.forget();
  }

  private forget(): void {
    this.running = undefined;
    this.lead = undefined;
    this.failure = undefined;
  }
}
