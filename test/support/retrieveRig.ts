import type { RetrievedCounts } from '../../src/services/queue/types.js';
import { basicProfile } from '../../src/services/deid/profiles/presets.js';
import type { ListenerOptions } from '../../src/services/dimse/listenerTypes.js';
import type { PacsConnection } from '../../src/services/query/types.js';
import { MoveRoutes } from '../../src/services/retrieve/moveRoutes.js';
import { retrieve, type RetrieveTools } from '../../src/services/retrieve/retrieve.js';
import type { RetrieveEvent, RetrieveRequest, RetrieveResult } from '../../src/services/retrieve/types.js';
import type { SpoolDestination } from '../../src/services/spool/types.js';
import { silentLogger } from '../../src/services/support/logger.js';
import { asSpoolSink, PlainSink } from './plainSink.js';

const destination: SpoolDestination = {
  ...{ server: 'https://server', user: 'alice', project: 'GIFTDEMO', profile: basicProfile },
};

/** Retrievals into a sink of plain files. */
export class RetrieveRig {
  readonly sink: PlainSink;
  readonly routes = new MoveRoutes();
  readonly events: RetrieveEvent[] = [];
  /** What the queue was told, in order. */
  readonly told: (readonly ['takeIn', RetrievedCounts | undefined] | readonly ['cancel'])[] = [];
  /** Our listener for C-MOVE. */
  listener: ListenerOptions = { aeTitle: 'GIFTCLOUD', port: 0, bind: '127.0.0.1' };
  reception: RetrieveTools['reception'] = { status: { state: 'stopped' } };

  constructor(folder: string) {
    this.sink = new PlainSink(folder);
  }

  /** Runs a retrieval to its end. Without more: one study, by C-GET. */
  async run(
    node: PacsConnection,
    more: Partial<RetrieveRequest> = {},
    signal?: AbortSignal,
  ): Promise<RetrieveResult> {
    const request: RetrieveRequest = {
      ...{ node, destination, method: 'get', model: 'study', listener: this.listener },
      selections: [{ level: 'study', studyUid: '1.2.3' }],
      ...more,
    };
    const queue: RetrieveTools['queue'] = {
      takeIn: async (_folder, counts) => void this.told.push(['takeIn', counts]),
      cancel: async () => void this.told.push(['cancel']),
    };
    const { routes, reception } = this;
    const spool = { sink: () => asSpoolSink(this.sink, 'job') };
    for await (const event of retrieve(
      request,
      { spool, routes, reception, queue, logger: silentLogger },
      signal,
    )) {
      this.events.push(event);
      if (event.kind === 'done') return event.result;
    }
    throw new Error('the retrieval has no end');
  }

  get received(): readonly string[] {
    return this.sink.received.map(({ sopInstanceUid }) => sopInstanceUid).sort();
  }
}
