import { cancelled, throwIfAborted } from '../support/errors.js';
import type { ProposedContext, RoleSelection } from './associateItems.js';
import type { AcceptedContext, Association, IncomingMessage } from './association.js';
import { commandTag, noDataSet, withDataSet, type CommandSet } from './commandSet.js';
import { noAnswer, withAssociation } from './connectNode.js';
import { DimseFault, protocolFault } from './dimseFault.js';
import { defaultLimits, type CalledNode } from './listenerTypes.js';
import { Patience } from './patience.js';
import { commandField, status } from './wellKnown.js';

/** Time for the last answer of a request that was cancelled. */
const cancelMs = 5_000;
/** `Patience` decides how long we wait. */
const noIdleLimit = 0x7fffffff;

/** A request that is answered many times (C-FIND, C-MOVE, C-GET; PS3.7 9.1.2 to 9.1.4). */
export interface ManyAnswers {
  readonly context: AcceptedContext;
  readonly field: number;
  readonly identifier: Buffer;
  readonly moveDestination?: string;
}

/** Sends requests with many answers over one association, one after the other. */
export class Requester {
  private lastMessageId = 0;
  private cancelledId: number | undefined;
  private running: number | undefined;
  private readonly stopped = new AbortController();

  constructor(
    readonly association: Association,
    readonly patience: Patience,
    private readonly nextMessageId?: () => number,
  ) {}

  /**
   * Sends a request and gives the command of its last answer.
   * @param take gets every message that comes, the last one too; what it leaves of a data set is dropped.
   * @param onSend the request is about to be sent under this number
   * @throws DimseFault, CANCELLED
   */
  async run(
    request: ManyAnswers,
    take: (message: IncomingMessage) => Promise<void>,
    onSend?: (messageId: number) => void,
  ): Promise<CommandSet> {
    const { association, patience } = this;
    throwIfAborted(this.stopped.signal);
    const id = (this.lastMessageId = this.nextMessageId?.() ?? (this.lastMessageId % 0xffff) + 1);
    this.running = request.context.id;
    onSend?.(id);
    await association.send(request.context.id, commandOf(request, id), request.identifier);
    try {
      for (;;) {
        patience.wait();
        const message = await association.receive();
        if (message === undefined) throw new DimseFault('closed', 'the peer released the association early');
        const { command, data } = message;
        const isAnswer = command.field === (request.field | commandField.response);
        if (!isAnswer && command.field !== commandField.storeRequest)
          throw protocolFault('an unknown answer');
        if (isAnswer && command.number(commandTag.respondedTo) !== id)
          throw protocolFault('a foreign answer');
        await take(message);
        await data?.skip();
        if (isAnswer && !isPending(command)) return command;
      }
    } finally {
      this.running = undefined;
      if (!this.stopped.signal.aborted) patience.resume();
    }
  }

  /** Cancels, and runs nothing more. */
  stop(): void {
    this.stopped.abort();
    this.cancel();
  }

  /** Asks the node to stop the request that runs (C-CANCEL, PS3.7 9.3.2.3); its last answer has to come soon then. */
  cancel(): void {
    const { running, lastMessageId } = this;
    this.patience.last(running === undefined ? 0 : cancelMs);
    if (running === undefined || this.cancelledId === lastMessageId) return;
    this.cancelledId = lastMessageId;
    const command = new Map([
      [commandTag.field, commandField.cancelRequest],
      [commandTag.respondedTo, lastMessageId],
      [commandTag.dataSetType, noDataSet],
    ]);
    // A connection that broke is seen by whoever waits for the answer.
    void this.association.send(running, command).catch(() => undefined);
  }
}

export function isPending(command: CommandSet): boolean {
  const code = command.number(commandTag.status);
  return code === status.pending || code === status.pendingWithoutSome;
}

function commandOf(request: ManyAnswers, id: number): ReadonlyMap<number, number | string> {
  const { context, field, moveDestination } = request;
  return new Map<number, number | string>([
    [commandTag.affectedClass, context.abstractSyntax],
    [commandTag.field, field],
    [commandTag.messageId, id],
    ...(moveDestination === undefined
      ? []
      : ([[commandTag.moveDestination, evenAe(moveDestination)]] as const)),
    [commandTag.priority, 0],
    [commandTag.dataSetType, withDataSet],
  ]);
}

/** AE titles are padded with a space (PS3.5 6.2). */
function evenAe(aeTitle: string): string {
  return aeTitle.length % 2 === 0 ? aeTitle : `${aeTitle} `;
}

export interface RequesterOptions {
  readonly signal?: AbortSignal | undefined;
  readonly roles?: readonly RoleSelection[];
  /** Numbers of the requests where they must not be those of other associations; 1, 2, 3 otherwise. */
  readonly nextMessageId?: () => number;
}

/**
 * Opens an association, sends requests, and releases it. When the signal fires the request that runs is cancelled, and its
 * last answer awaited for a moment. Errors: as `withAssociation`; NODE_TIMEOUT after `node.timeoutMs` without an answer.
 */
export async function withRequester<T>(
  node: CalledNode,
  contexts: readonly ProposedContext[],
  work: (requester: Requester) => Promise<T>,
  options: RequesterOptions = {},
): Promise<T> {
  const { signal, roles = [], nextMessageId } = options;
  throwIfAborted(signal);
  const patience = new Patience(node.timeoutMs);
  let requester: Requester | undefined;
  const stop = (): void => {
    if (requester) requester.stop();
    else patience.last(0);
  };
  signal?.addEventListener('abort', stop, { once: true });
  const { callingAe } = node;
  const proposal = { callingAe, contexts, roles, pduLength: defaultLimits.pduLength, idleMs: noIdleLimit };
  try {
    const result = await withAssociation(
      node,
      proposal,
      async (association) => {
        requester = new Requester(association, patience, nextMessageId);
        const worked = await work(requester);
        patience.wait();
        return worked;
      },
      patience.signal,
    );
    throwIfAborted(signal);
    return result;
  } catch (error) {
    if (signal?.aborted) throw cancelled(error);
    if (patience.signal.aborted) throw noAnswer('The node may be busy: try again, or allow it more time.');
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    patience.stop();
  }
}
