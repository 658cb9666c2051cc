import type { Socket } from 'node:net';
import {
  decodeAccept,
  encodeRequest,
  ourAssociation,
  type ProposedContext,
  type RoleSelection,
} from './associateItems.js';
import { Association, type AcceptedContext } from './association.js';
import { ByteStream } from './byteStream.js';
import { abortReason, DimseFault, protocolFault } from './dimseFault.js';
import { decodeHeader, encodePdu, pduType, type Rejection } from './pdu.js';

/** What an association that we ask for offers. */
export interface Proposal {
  readonly callingAe: string;
  readonly calledAe: string;
  readonly contexts: readonly ProposedContext[];
  readonly roles?: readonly RoleSelection[];
  /** Longest P-DATA-TF that we take, bytes. */
  readonly pduLength: number;
  /** Time without a byte after which we give up, milliseconds. */
  readonly idleMs: number;
}

/** The peer said no (PS3.8 9.3.4). */
export class AssociationRejected extends Error {
  constructor(readonly rejection: Rejection) {
    super('the association was rejected');
    this.name = 'AssociationRejected';
  }
}

/** Asks for an association on an open connection (PS3.8 9.3.2). @throws DimseFault, AssociationRejected */
export async function requestAssociation(socket: Socket, proposal: Proposal): Promise<Association> {
  const stream = new ByteStream(socket, proposal.idleMs);
  const request = encodeRequest({
    ...ourAssociation,
    ...{ calledAe: proposal.calledAe, callingAe: proposal.callingAe, contexts: proposal.contexts },
    ...{ maxPduLength: proposal.pduLength, roles: proposal.roles ?? [] },
  });
  socket.write(encodePdu(pduType.associateRequest, request));
  const { type, length } = decodeHeader(await stream.take(6), proposal.pduLength);
  const content = await stream.take(length);
  if (type === pduType.associateReject && length >= 4) {
    const [, result = 0, source = 0, reason = 0] = content;
    throw new AssociationRejected({ result, source, reason });
  }
  if (type === pduType.abort) throw new DimseFault('aborted', 'the peer aborted the association');
  if (type !== pduType.associateAccept) throw protocolFault('an unexpected PDU', abortReason.unexpectedPdu);
  const accept = decodeAccept(content);
  const contexts = new Map<number, AcceptedContext>();
  for (const { id, result, transferSyntax } of accept.contexts) {
    const proposed = proposal.contexts.find((context) => context.id === id);
    if (result !== 0 || proposed === undefined) continue;
    contexts.set(id, { id, abstractSyntax: proposed.abstractSyntax, transferSyntax });
  }
  return new Association(socket, stream, {
    contexts,
    ownMaxPdu: proposal.pduLength,
    peerMaxPdu: accept.maxPduLength,
  });
}
