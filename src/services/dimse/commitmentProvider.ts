import { transferSyntaxUids } from '../dicom/transferSyntaxes.js';
import type { ReceptionSink } from '../spool/types.js';
import { Disposable } from '../support/disposable.js';
import { GiftCloudError, toGiftCloudError } from '../support/errors.js';
import type { Logger } from '../support/logger.js';
import type { Association, IncomingMessage } from './association.js';
import { collectData } from './collectData.js';
import { commandTag, noDataSet } from './commandSet.js';
import { decodeCommitment, encodeResult, longestRequest, type CommitmentRequest } from './commitmentData.js';
import { withAssociation } from './connectNode.js';
import { defaultLimits, type RemoteNode } from './listenerTypes.js';
import type { Caller } from './storeProvider.js';
import { commandField, status, wellKnown } from './wellKnown.js';

/** The action and the two events of the Storage Commitment Push Model (PS3.4 J.3). */
const actionRequest = 1;
const eventType = { committed: 1, failed: 2 } as const;

const answerMs = 60_000;
/** Requests that may wait at once. */
const mostWaiting = 1000;
/** A result that can't be delivered is tried again that often, and forgotten then: senders ask again. */
const mostAttempts = 10;

interface Waiting {
  readonly request: CommitmentRequest;
  readonly caller: Pick<Caller, 'callingAe' | 'calledAe'>;
  /** In the memory of the sink. */
  readonly name: string | undefined;
  /** While the association of the request is open; then the node is called. */
  association: Association | undefined;
  readonly context: number;
  readonly syntax: string;
  messageId: number | undefined;
  attempts: number;
  busy: boolean;
  /** Something changed while it was looked at. */
  again: boolean;
}

/**
 * Storage Commitment as SCP (PS3.4 J): says that an object is safe once it is archived, never before. What is on its way
 * is waited for; the result goes over the association of the request while it is open, else over a new one to the node.
 */
export class CommitmentProvider extends Disposable {
  private readonly waiting = new Set<Waiting>();
  private readonly stop = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastMessageId = 0;

  constructor(
    private readonly sink: ReceptionSink,
    private readonly ownAe: string,
    private readonly nodes: readonly RemoteNode[],
    private readonly logger: Logger,
    private readonly retryMs = 30_000,
  ) {
    super();
    this.register(sink.onDidSettle(() => void this.look()));
    this.register({ dispose: () => this.stop.abort() });
    this.register({ dispose: () => clearTimeout(this.timer) });
    this.register({ dispose: () => this.letGo() });
    void this.takeUp();
  }

  /** Answers an N-ACTION-RQ and remembers what was asked. @throws DimseFault when the association breaks */
  async action(association: Association, message: IncomingMessage, caller: Caller): Promise<void> {
    const { context, command, data } = message;
    let code: number = status.success;
    let request: CommitmentRequest | undefined;
    if (command.text(commandTag.requestedClass) !== wellKnown.commitmentPush) code = status.classNotSupported;
    else if (command.text(commandTag.requestedInstance) !== wellKnown.commitmentInstance) {
      code = status.noSuchInstance;
    } else if (command.number(commandTag.actionType) !== actionRequest) code = status.noSuchAction;
    else if (data === undefined) code = status.missingAttribute;
    else if (this.waiting.size >= mostWaiting) code = status.processingFailure;
    else {
      const bytes = await collectData(data, longestRequest);
      request = bytes && readRequest(bytes, context.transferSyntax);
      if (request === undefined) code = status.processingFailure;
    }
    const kept = request && (await this.keep(request, caller));
    if (request && kept === undefined) code = status.processingFailure;
    await data?.skip();
    await association.send(
      context.id,
      new Map<number, number | string>([
        [commandTag.affectedClass, wellKnown.commitmentPush],
        [commandTag.field, commandField.actionRequest | commandField.response],
        [commandTag.respondedTo, command.number(commandTag.messageId) ?? 0],
        [commandTag.dataSetType, noDataSet],
        [commandTag.status, code],
        [commandTag.affectedInstance, wellKnown.commitmentInstance],
        [commandTag.actionType, actionRequest],
      ]),
    );
    if (request === undefined || kept === undefined) return;
    this.waiting.add({
      ...{
        request,
        caller,
        association,
        name: kept.name,
        context: context.id,
        syntax: context.transferSyntax,
      },
      ...{ messageId: undefined, attempts: 0, busy: false, again: false },
    });
    void this.look();
  }

  /** An N-EVENT-REPORT-RSP came: the result has arrived. */
  answered(association: Association, { command }: IncomingMessage): void {
    const messageId = command.number(commandTag.respondedTo);
    for (const one of this.waiting) {
      if (one.association === association && one.messageId === messageId) this.forget(one);
    }
  }

  /** The association is closed: results that have not arrived go over a new one. */
  ended(association: Association): void {
    for (const one of this.waiting) {
      if (one.association === association) one.association = one.messageId = undefined;
    }
    void this.look();
  }

  /** Requests that a process before this one did not bring to their end. */
  private async takeUp(): Promise<void> {
    try {
      for (const [name, { request, callingAe, calledAe }] of (await this.sink.commitments?.takeUp()) ?? []) {
        this.waiting.add({
          ...{
            request,
            name,
            caller: { callingAe, calledAe },
            association: undefined,
            context: 0,
            syntax: '',
          },
          ...{ messageId: undefined, attempts: 0, busy: false, again: false },
        });
      }
    } catch (error) {
      this.tellUnkept(error);
    }
    if (this.stop.signal.aborted) this.letGo();
    else void this.look();
  }

  /** Undefined where it could not be remembered. */
  private async keep(
    request: CommitmentRequest,
    { callingAe, calledAe }: Caller,
  ): Promise<{ readonly name: string | undefined } | undefined> {
    try {
      return { name: await this.sink.commitments?.keep({ request, callingAe, calledAe }) };
    } catch (error) {
      this.tellUnkept(error);
      return undefined;
    }
  }

  private forget(one: Waiting): void {
    this.waiting.delete(one);
    if (one.name === undefined) return;
    this.sink.commitments?.forget(one.name).catch((error: unknown) => this.tellUnkept(error));
  }

  private letGo(): void {
    for (const { name } of this.waiting) if (name !== undefined) this.sink.commitments?.letGo(name);
  }

  private tellUnkept(error: unknown): void {
    const { code } = toGiftCloudError(error);
    this.logger.warn('Requests for storage commitment can not be kept', { code });
  }

  private async look(): Promise<void> {
    await Promise.all([...this.waiting].map((one) => this.settle(one)));
    clearTimeout(this.timer);
    if (this.waiting.size === 0 || this.stop.signal.aborted) return;
    this.timer = setTimeout(() => void this.look(), this.retryMs).unref();
  }

  private async settle(one: Waiting): Promise<void> {
    if (one.busy) one.again = true;
    if (one.busy || one.messageId !== undefined || this.stop.signal.aborted) return;
    one.busy = true;
    try {
      do {
        one.again = false;
        const uids = one.request.instances.map(({ sopInstanceUid }) => sopInstanceUid);
        const pending = await this.sink.pending(uids);
        if (!uids.some((uid) => pending.has(uid))) await this.report(one, await this.sink.archived(uids));
      } while (this.wantsAnother(one));
    } catch (error) {
      this.logger.warn('A result of storage commitment was not delivered', {
        code: GiftCloudError.is(error) ? error.code : 'INTERNAL',
        attempt: ++one.attempts,
      });
      if (one.attempts >= mostAttempts) this.forget(one);
    } finally {
      one.busy = false;
    }
  }

  private wantsAnother(one: Waiting): boolean {
    return one.again && one.messageId === undefined && this.waiting.has(one);
  }

  private async report(one: Waiting, archived: ReadonlySet<string>): Promise<void> {
    const all = one.request.instances.every(({ sopInstanceUid }) => archived.has(sopInstanceUid));
    const event = all ? eventType.committed : eventType.failed;
    if (one.association) {
      one.messageId = this.lastMessageId = (this.lastMessageId % 0xffff) + 1;
      await one.association.send(
        one.context,
        eventReport(one.messageId, event),
        encodeResult(one.request, archived, one.syntax),
      );
      return;
    }
    const node = this.nodes.find(({ aeTitle }) => aeTitle === one.caller.callingAe);
    if (node === undefined) {
      // Nobody to call, and nobody who could still ask on this association.
      this.forget(one);
      this.logger.warn('A result of storage commitment has no node to go to');
      return;
    }
    await this.call(node, one.request, event, archived);
    this.forget(one);
  }

  /** Over a new association, on which we are the SCP although we asked for it (PS3.7 D.3.3.4). */
  private async call(
    node: RemoteNode,
    request: CommitmentRequest,
    event: number,
    archived: ReadonlySet<string>,
  ): Promise<void> {
    const syntaxes = [transferSyntaxUids.explicitLittleEndian, transferSyntaxUids.implicitLittleEndian];
    const proposal = {
      callingAe: this.ownAe,
      contexts: [{ id: 1, abstractSyntax: wellKnown.commitmentPush, transferSyntaxes: syntaxes }],
      roles: [{ sopClass: wellKnown.commitmentPush, scu: false, scp: true }],
      ...{ pduLength: defaultLimits.pduLength, idleMs: answerMs },
    };
    await withAssociation(
      node,
      proposal,
      async (association) => {
        const context = association.contextOf(wellKnown.commitmentPush);
        const answer = context && (await sendResult(association, eventReport(1, event), encodeResult(request, archived, context.transferSyntax))); // prettier-ignore
        if (answer !== status.success) {
          throw new GiftCloudError(
            'NODE_BROKEN',
            'The DICOM node did not take a result of storage commitment.',
          );
        }
      },
      this.stop.signal,
    );
  }
}

async function sendResult(
  association: Association,
  command: ReadonlyMap<number, number | string>,
  dataSet: Buffer,
): Promise<number | undefined> {
  await association.send(1, command, dataSet);
  return (await association.receive())?.command.number(commandTag.status);
}

function eventReport(messageId: number, event: number): ReadonlyMap<number, number | string> {
  return new Map<number, number | string>([
    [commandTag.affectedClass, wellKnown.commitmentPush],
    [commandTag.field, commandField.eventReportRequest],
    [commandTag.messageId, messageId],
    [commandTag.dataSetType, 1],
    [commandTag.affectedInstance, wellKnown.commitmentInstance],
    [commandTag.eventType, event],
  ]);
}

function readRequest(bytes: Buffer, syntax: string): CommitmentRequest | undefined {
  try {
    return decodeCommitment(bytes, syntax);
  } catch (error) {
    if (GiftCloudError.is(error)) return undefined;
    throw error;
  }
}
