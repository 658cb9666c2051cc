import { DicomListener } from '../dimse/dicomListener.js';
import { withFinder } from '../query/finder.js';
import type { ReceptionStatus } from '../reception/types.js';
import type { TransferQueue } from '../queue/types.js';
import type { Spool } from '../spool/types.js';
import { GiftCloudError, throwIfAborted } from '../support/errors.js';
import type { Logger } from '../support/logger.js';
import { mergeSelections } from './choice.js';
import { Lister, type Listing } from './listing.js';
import type { MoveRoutes } from './moveRoutes.js';
import { RequestRunner } from './requestRunner.js';
import { firstRequests, instancesOf, requestsAgain } from './requests.js';
import { RetrieveEvents } from './retrieveEvents.js';
import { Shortfalls } from './shortfalls.js';
import type { SubOperations } from './subOperations.js';
import { Tally } from './tally.js';
import type { RetrieveProgress, RetrieveRequest, RetrieveResult, Shortfall } from './types.js';

/** Time for objects that are on their way when a retrieval ends. */
const drainMs = 5_000;

export interface RetrieveTools {
  readonly spool: Pick<Spool, 'sink'>;
  readonly routes: MoveRoutes;
  /** The listener of this process. */
  readonly reception: { readonly status: Pick<ReceptionStatus, 'state' | 'settings'> };
  readonly queue: Pick<TransferQueue, 'takeIn' | 'cancel'>;
  readonly logger: Logger;
}

/**
 * Fetches studies, series and images of a PACS into the spool, from where the transfer queue sends them as one job. What
 * does not come is asked for again, by series and then by image. Overlapping choices come once. When the signal fires, or
 * nobody reads on, the PACS is told to stop (C-CANCEL); what came is kept, as a job that is cancelled.
 * @throws USAGE, NO_DICOM_FOUND (the PACS has nothing of it), NODE_REFUSED and the other NODE codes while nothing came,
 * PORT_IN_USE and others of `DicomListener.start`, DISK_FULL, QUOTA_FULL, KEY_MISSING, CANCELLED
 */
export async function* retrieve(
  request: RetrieveRequest,
  tools: RetrieveTools,
  signal?: AbortSignal,
): ReturnType<RetrieveEvents[typeof Symbol.asyncIterator]> {
  throwIfAborted(signal);
  const left = new AbortController();
  const stop = signal ? AbortSignal.any([signal, left.signal]) : left.signal;
  const events = new RetrieveEvents();
  const retrieving = new Retrieval(request, tools, events, stop).run().finally(() => events.end());
  // Looked at below, when all events were read.
  retrieving.catch(() => undefined);
  try {
    yield* events;
    yield { kind: 'done', result: await retrieving };
  } finally {
    left.abort();
    await retrieving.catch(() => undefined);
  }
}

class Retrieval {
  private readonly tally: Tally;
  private readonly shortfalls = new Shortfalls();
  private readonly messageIds = new Set<number>();
  private progress: RetrieveProgress = {
    ...{ received: 0, bytes: 0, expected: undefined, request: 0, requests: 0 },
    ...{ completed: 0, failed: 0, warnings: 0 },
  };
  private runner: RequestRunner | undefined;
  private begun: Promise<void> = Promise.resolve();

  constructor(
    private readonly request: RetrieveRequest,
    private readonly tools: RetrieveTools,
    private readonly events: RetrieveEvents,
    private readonly signal: AbortSignal,
  ) {
    const origin = { kind: 'retrieved', node: request.node.name } as const;
    const sink = tools.spool.sink(request.destination, origin);
    this.tally = new Tally(sink, (what) => this.came(what));
  }

  async run(): Promise<RetrieveResult> {
    const { node, model, selections } = this.request;
    const choice = mergeSelections(selections, model);
    this.events.push({ kind: 'phase', phase: 'listing' });
    const listing = await withFinder(node, model, (finder) => new Lister(finder).list(choice), this.signal);
    const { studies } = listing;
    if (studies.length === 0) throw nothingThere();
    const series = studies.reduce((sum, study) => sum + (study.series?.length ?? 0), 0);
    const expected = expectedOf(listing);
    this.events.push({ kind: 'planned', studies: studies.length, series, instances: expected?.size });
    this.progress = { ...this.progress, expected: expected?.size };
    try {
      const runner = await this.fetch(listing, expected);
      const result = this.result(listing, expected, runner);
      await this.handOver(result.expected, result.shortfalls);
      return result;
    } catch (error) {
      await this.handOver(expected?.size, []);
      throw error;
    }
  }

  /** What came is a job of the queue from here on. */
  private async handOver(expected: number | undefined, shortfalls: readonly Shortfall[]): Promise<void> {
    const { tally, tools, signal } = this;
    const { job } = tally;
    tally.end();
    if (job === undefined) return;
    await this.begun;
    const told = shortfalls.map(({ code, reason, count }) => ({ code, reason, count }));
    const received = tally.received.size;
    await tools.queue.takeIn(job, {
      ...(expected !== undefined && { expected }),
      received,
      shortfalls: told,
    });
    if (signal.aborted) await tools.queue.cancel([job]);
  }

  private async fetch(listing: Listing, expected: ReadonlySet<string> | undefined): Promise<RequestRunner> {
    const { request, tools, tally, shortfalls, signal, messageIds } = this;
    const { node, method } = request;
    const way = method === 'move' ? await this.openWay(expected) : undefined;
    const runner = new RequestRunner({
      ...{ request, tally, shortfalls, signal, logger: tools.logger },
      destination: way?.aeTitle ?? node.callingAe,
      nextMessageId: () => tools.routes.nextMessageId(),
      onSend: (id) => messageIds.add(id),
      onProgress: (number, requests, counts) => this.counted(number, requests, counts),
    });
    this.runner = runner;
    try {
      this.events.push({ kind: 'phase', phase: 'retrieving' });
      await runner.run(firstRequests(listing));
      for (const level of ['series', 'image'] as const) {
        const again = requestsAgain(listing, this.missing(expectedHere(listing)), level);
        if (again.length === 0 || tally.full) continue;
        this.events.push({ kind: 'phase', phase: 'again' });
        await runner.run(again);
      }
    } finally {
      await way?.close();
    }
    const problem = tally.full ?? runner.problem;
    if (tally.received.size === 0 && problem) throw problem;
    return runner;
  }

  /** Where objects of C-MOVE come in: at the listener of this process, or at one that is opened for them. */
  private async openWay(
    expected: ReadonlySet<string> | undefined,
  ): Promise<{ readonly aeTitle: string; close(): Promise<void> }> {
    const { request, tools, tally, messageIds } = this;
    const { routes, reception, logger } = tools;
    const { state, settings } = reception.status;
    const listening = state === 'listening' ? settings?.listener.aeTitle : undefined;
    let own: DicomListener | undefined;
    if (listening === undefined) {
      own = new DicomListener(request.listener, routes.over(undefined), logger);
      await own.start();
    }
    const { callingAe, aeTitle: nodeAe } = request.node;
    const expects = (uid: string): boolean | undefined => expected?.has(uid);
    const route = routes.add({ callingAe, nodeAe, messageIds, sink: tally, expects });
    return {
      aeTitle: listening ?? request.listener.aeTitle,
      close: async () => {
        route.dispose();
        await own?.stop(drainMs);
        own?.dispose();
      },
    };
  }

  private came(what: 'bytes' | 'object'): void {
    const { tally } = this;
    this.runner?.alive();
    if (what === 'bytes') return;
    const { job, bytes } = tally;
    if (tally.received.size === 1 && job !== undefined) {
      this.events.push({ kind: 'job', id: job });
      // A process that is killed leaves a job that can be seen. What goes wrong here shows at the end.
      this.begun = this.tools.queue.takeIn(job).catch(() => undefined);
    }
    this.progress = { ...this.progress, received: tally.received.size, bytes };
    this.events.push({ kind: 'progress', progress: this.progress });
  }

  private counted(request: number, requests: number, counts: SubOperations): void {
    this.progress = { ...this.progress, request, requests, ...counts };
    this.events.push({ kind: 'progress', progress: this.progress });
  }

  private missing(expected: ReadonlySet<string>): ReadonlySet<string> {
    return new Set([...expected].filter((uid) => !this.tally.received.has(uid)));
  }

  private result(
    listing: Listing,
    expected: ReadonlySet<string> | undefined,
    { warnings, unlisted }: RequestRunner,
  ): RetrieveResult {
    const { received, bytes, refused, job } = this.tally;
    const listed = expectedHere(listing);
    const { size } = received;
    return {
      ...{ job, studies: listing.studies.length, unknown: listing.unknown, received: size, bytes, warnings },
      expected: expected?.size ?? Math.max(size, listed.size + unlisted),
      shortfalls: this.shortfalls.count(this.missing(listed), refused),
    };
  }
}

/** All instances that the PACS lists. */
function expectedHere({ studies }: Listing): ReadonlySet<string> {
  return new Set(
    studies.flatMap(({ series = [] }) => series.flatMap(({ instances }) => [...(instances?.keys() ?? [])])),
  );
}

/** The same; undefined where it does not list all. */
function expectedOf(listing: Listing): ReadonlySet<string> | undefined {
  const complete = listing.studies.every(({ series }) => instancesOf(series) !== undefined);
  return complete ? expectedHere(listing) : undefined;
}

function nothingThere(): GiftCloudError {
  return new GiftCloudError('NO_DICOM_FOUND', 'The DICOM node has nothing of what was chosen.', {
    hint: 'Search again: it may have been moved or deleted.',
  });
}
