import { Counters } from '../dimse/counters.js';
import { isDone, nodeRefused } from '../dimse/nodeStatus.js';
import { withRequester, type Requester } from '../dimse/requester.js';
import { StoreProvider } from '../dimse/storeProvider.js';
import { queryRetrieve, status } from '../dimse/wellKnown.js';
import { storageClasses } from '../dicom/sopClasses.js';
import { identifierSyntaxes } from '../query/finder.js';
import { throwIfAborted, toGiftCloudError, type GiftCloudError } from '../support/errors.js';
import type { Logger } from '../support/logger.js';
import { getContexts, mostClasses } from './getContexts.js';
import type { ObjectRequest } from './requests.js';
import type { Shortfalls } from './shortfalls.js';
import { requestObjects, type LastAnswer, type SubOperations } from './subOperations.js';
import type { Tally } from './tally.js';
import type { RetrieveRequest } from './types.js';

/** Requests in a row that may break without an object before the node is given up. */
const mostBroken = 3;

/** Statuses that every other request would get, too. */
const hopeless: ReadonlySet<number> = new Set([0x0122, 0x0124, 0xa801, 0xa900]);

export interface RunnerParts {
  readonly request: RetrieveRequest;
  readonly tally: Tally;
  readonly shortfalls: Shortfalls;
  /** AE title under which the node finds our listener. */
  readonly destination: string;
  readonly logger: Logger;
  readonly signal: AbortSignal | undefined;
  readonly nextMessageId: () => number;
  readonly onSend: (messageId: number) => void;
  readonly onProgress: (request: number, requests: number, counts: SubOperations) => void;
}

/** Sends requests for objects, and goes on with the next one where one breaks. */
export class RequestRunner {
  /** Sub-operations that ended with a warning. */
  warnings = 0;
  /** Objects of requests whose instances the node does not list. */
  unlisted = 0;
  /** What went wrong last. */
  problem: GiftCloudError | undefined;
  private readonly store: StoreProvider;
  private requester: Requester | undefined;
  private broken = 0;

  constructor(private readonly parts: RunnerParts) {
    this.store = new StoreProvider(parts.tally, new Counters(), parts.logger);
  }

  /** Something of an object came: the node is at work. */
  alive(): void {
    this.requester?.patience.wait();
    if (this.parts.tally.full) this.requester?.cancel();
  }

  /** @throws CANCELLED; what ends the retrieval: NODE_REFUSED for all requests alike, a node that is not there */
  async run(requests: readonly ObjectRequest[]): Promise<void> {
    const { method } = this.parts.request;
    for (let at = 0; at < requests.length && !this.isOver;) {
      at = await this.session(requests, at, method === 'move' ? requests.length : endOfStudy(requests, at));
    }
  }

  private get isOver(): boolean {
    return this.parts.tally.full !== undefined || this.broken >= mostBroken;
  }

  /** One association; gives the place of the request to go on with. */
  private async session(requests: readonly ObjectRequest[], from: number, to: number): Promise<number> {
    const { request, tally, shortfalls, signal } = this.parts;
    const { node, method, model } = request;
    const service = queryRetrieve[model][method];
    const classes = classesOf(requests[from]);
    const contexts =
      method === 'get'
        ? getContexts(service, classes)
        : [{ id: 1, abstractSyntax: service, transferSyntaxes: identifierSyntaxes }];
    // On the association that we ask for we are the SCP of the objects (PS3.7 D.3.3.4).
    const stored = contexts.map(({ abstractSyntax }) => abstractSyntax).filter((uid) => uid !== service);
    const roles = [...new Set(stored)].map((sopClass) => ({ sopClass, scu: false, scp: true }));
    const { nextMessageId } = this.parts;
    const before = tally.begun;
    let at = from;
    try {
      await withRequester(
        node,
        contexts,
        async (requester) => {
          this.requester = requester;
          for (; at < to && !this.isOver; at++) await this.one(requester, requests, at);
        },
        { signal, roles, nextMessageId },
      );
      return at;
    } catch (thrown) {
      throwIfAborted(signal);
      const error = (this.problem = toGiftCloudError(thrown));
      if (tally.begun === 0 || error.code === 'NODE_REFUSED') throw error;
      // Some archives break the association where an object was not taken.
      this.broken = tally.begun > before ? 0 : this.broken + 1;
      shortfalls.broke(this.missingOf(requests[at]), error);
      return at + 1;
    } finally {
      this.requester = undefined;
    }
  }

  private async one(requester: Requester, requests: readonly ObjectRequest[], at: number): Promise<void> {
    const { request, shortfalls, onSend, onProgress, destination } = this.parts;
    const wanted = requests[at];
    if (wanted === undefined) return;
    const { node, method, model } = request;
    const caller = { association: '', callingAe: node.aeTitle, calledAe: node.callingAe };
    const onCount = (counts: SubOperations): void => onProgress(at + 1, requests.length, counts);
    const last = await requestObjects(requester, wanted, {
      ...{ method, model, destination, onCount, onSend },
      store: (from, message) => this.store.store(from.association, message, caller),
    });
    this.broken = 0;
    this.judge(last);
    shortfalls.answered(this.missingOf(wanted), last);
    this.warnings += last.warnings;
    if (wanted.instances === undefined) this.unlisted += last.completed + last.failed + last.warnings;
  }

  private judge({ status: code }: LastAnswer): void {
    if (isDone(code) || code === status.cancelled) return;
    const error = (this.problem = nodeRefused(code));
    if (hopeless.has(code)) throw error;
  }

  private missingOf(request: ObjectRequest | undefined): readonly string[] | undefined {
    return request?.instances?.filter((uid) => !this.parts.tally.received.has(uid));
  }
}

/** Requests of one study share an association, so that its contexts fit what comes. */
function endOfStudy(requests: readonly ObjectRequest[], from: number): number {
  const first = requests[from]?.study;
  const end = requests.findIndex(({ study }, index) => index > from && study !== first);
  return end < 0 ? requests.length : end;
}

/** SOP classes of a study; common ones beside them where the node does not tell all. */
function classesOf(request: ObjectRequest | undefined): ReadonlySet<string> {
  const series = request?.study.series ?? [];
  const told = new Set(series.flatMap(({ instances }) => [...(instances?.values() ?? [])]));
  const all = told.delete('') || told.size === 0 ? [...told, ...storageClasses] : [...told];
  return new Set(all.slice(0, mostClasses));
}
