import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { ReceptionSink } from '../spool/types.js';
import type { Logger } from '../support/logger.js';
import { decodeRequest, encodeAccept, ourAssociation, type AssociateRequest } from './associateItems.js';
import { Association, type AcceptedContext } from './association.js';
import { ByteStream } from './byteStream.js';
import { commandTag, noDataSet } from './commandSet.js';
import type { CommitmentProvider } from './commitmentProvider.js';
import type { Counters } from './counters.js';
import { abortReason, DimseFault, protocolFault } from './dimseFault.js';
import type { ListenerLimits, ListenerOptions } from './listenerTypes.js';
import { answerContexts } from './negotiation.js';
import {
  decodeHeader,
  encodeAbort,
  encodePdu,
  encodeReject,
  pduType,
  rejections,
  type Rejection,
} from './pdu.js';
import type { Caller, StoreProvider } from './storeProvider.js';
import { commandField, status } from './wellKnown.js';

/** What every association of the listener shares. */
export interface Services {
  readonly options: ListenerOptions;
  readonly limits: ListenerLimits;
  readonly sink: ReceptionSink;
  readonly store: StoreProvider;
  readonly commitment: CommitmentProvider;
  readonly counters: Counters;
  readonly logger: Logger;
  /** Takes one of the places for open associations; false when there is none. */
  enter(): boolean;
  leave(): void;
}

/** Serves one connection from its first byte to its last word; never throws. The caller closes the socket. */
export async function serveConnection(socket: Socket, services: Services): Promise<void> {
  const { counters, limits, logger } = services;
  const stream = new ByteStream(socket, limits.idleMs);
  let entered = false;
  try {
    const request = await withinArtim(socket, limits.artimMs, readRequest(stream, limits.pduLength));
    const rejection =
      judge(request, services.options) ?? (services.enter() ? undefined : rejections.localLimit);
    if (rejection) {
      reject(socket, rejection, services);
      return;
    }
    entered = true;
    counters.count('accepted');
    await serve(socket, stream, request, services);
  } catch (error) {
    const fault = error instanceof DimseFault ? error : undefined;
    counters.count(entered ? 'aborted' : 'silent');
    if (!fault)
      logger.error('An association failed', { error: error instanceof Error ? error.name : 'unknown' });
    else logger.info('An association ended early', { why: fault.message });
    if (fault?.kind !== 'closed' && fault?.kind !== 'aborted' && socket.writable) {
      socket.write(encodeAbort(2, fault?.reason ?? abortReason.notSpecified));
    }
  } finally {
    stream.discard();
    if (entered) services.leave();
  }
}

/** The whole request has to come in time, not only its first byte. */
async function withinArtim<T>(socket: Socket, milliseconds: number, work: Promise<T>): Promise<T> {
  const timer = setTimeout(() => socket.destroy(), milliseconds);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}

async function readRequest(stream: ByteStream, maxPdu: number): Promise<AssociateRequest> {
  const { type, length } = decodeHeader(await stream.take(6), maxPdu);
  if (type !== pduType.associateRequest) {
    throw protocolFault('a connection does not begin with an association request', abortReason.unexpectedPdu);
  }
  return decodeRequest(await stream.take(length));
}

function judge(request: AssociateRequest, options: ListenerOptions): Rejection | undefined {
  const { aeTitle, allowedCallers = [] } = options;
  // Bit 0 is version 1 (PS3.8 9.3.2).
  if ((request.protocolVersion & 1) === 0) return rejections.protocolVersion;
  if (request.applicationContext !== ourAssociation.applicationContext) return rejections.applicationContext;
  if (request.calledAe !== aeTitle) return rejections.calledAe;
  if (allowedCallers.length > 0 && !allowedCallers.includes(request.callingAe)) return rejections.callingAe;
  return undefined;
}

function reject(socket: Socket, rejection: Rejection, { counters, logger }: Services): void {
  const code = `${rejection.result}/${rejection.source}/${rejection.reason}`;
  counters.reject(code);
  logger.info('An association was rejected', { code });
  socket.write(encodeReject(rejection));
}

async function serve(
  socket: Socket,
  stream: ByteStream,
  request: AssociateRequest,
  services: Services,
): Promise<void> {
  const { options, limits, store, commitment, sink } = services;
  const answers = answerContexts(request.contexts, options.privateClasses ?? false);
  const contexts = new Map<number, AcceptedContext>();
  for (const { id, result, transferSyntax } of answers) {
    const proposed = request.contexts.find((context) => context.id === id);
    if (result === 0 && proposed) {
      contexts.set(id, { id, abstractSyntax: proposed.abstractSyntax, transferSyntax });
    }
  }
  const accept = {
    ...ourAssociation,
    ...{ calledAe: request.calledAe, callingAe: request.callingAe, contexts: answers },
    ...{ maxPduLength: limits.pduLength, roles: [] },
  };
  socket.write(encodePdu(pduType.associateAccept, encodeAccept(accept)));
  const terms = { contexts, ownMaxPdu: limits.pduLength, peerMaxPdu: request.maxPduLength };
  const association = new Association(socket, stream, terms);
  const { callingAe, calledAe } = request;
  const caller: Caller = { association: randomBytes(8).toString('hex'), callingAe, calledAe };
  try {
    for (;;) {
      const message = await association.receive();
      if (message === undefined) return;
      const { command, context, data } = message;
      if (command.field === commandField.storeRequest) await store.store(association, message, caller);
      else if (command.field === commandField.actionRequest)
        await commitment.action(association, message, caller);
      else if (command.field === commandField.eventReportResponse) {
        await data?.skip();
        commitment.answered(association, message);
      } else if (
        (command.field & commandField.response) === 0 &&
        command.field !== commandField.cancelRequest
      ) {
        await data?.skip();
        const echoed = command.field === commandField.echoRequest;
        await association.send(
          context.id,
          new Map<number, number | string>([
            [commandTag.affectedClass, context.abstractSyntax],
            [commandTag.field, command.field | commandField.response],
            [commandTag.respondedTo, command.number(commandTag.messageId) ?? 0],
            [commandTag.dataSetType, noDataSet],
            [commandTag.status, echoed ? status.success : status.unrecognizedOperation],
          ]),
        );
      } else await data?.skip();
    }
  } finally {
    commitment.ended(association);
    sink.associationEnded(caller.association);
  }
}
