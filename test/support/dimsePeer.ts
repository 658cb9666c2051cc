import { connect, type Socket } from 'node:net';
import { encodeRequest, ourAssociation } from '../../src/services/dimse/associateItems.js';
import type { Association } from '../../src/services/dimse/association.js';
import { commandTag } from '../../src/services/dimse/commandSet.js';
import { requestAssociation } from '../../src/services/dimse/handshake.js';
import { encodePdu, pduType } from '../../src/services/dimse/pdu.js';

export const ctClass = '1.2.840.10008.5.1.4.1.1.2';
export const explicitSyntax = '1.2.840.10008.1.2.1';

export const ctContext = { id: 1, abstractSyntax: ctClass, transferSyntaxes: [explicitSyntax] };

/** An open connection to a port of this machine. */
export function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
    socket.on('error', () => undefined);
  });
}

export interface Peer {
  readonly socket: Socket;
  readonly association: Association;
}

/** An association with the listener under test. */
export async function associated(
  port: number,
  options: {
    readonly called?: string;
    readonly calling?: string;
    readonly contexts?: readonly (typeof ctContext)[];
  } = {},
): Promise<Peer> {
  const { called = 'GIFTCLOUD', calling = 'SCANNER', contexts = [ctContext] } = options;
  const socket = await connected(port);
  const proposal = { calledAe: called, callingAe: calling, contexts, pduLength: 16384, idleMs: 10_000 };
  return { socket, association: await requestAssociation(socket, proposal) };
}

/** The bytes of an association request, for peers that misbehave. */
export function requestBytes(): Buffer {
  return encodePdu(
    pduType.associateRequest,
    encodeRequest({
      ...ourAssociation,
      ...{
        calledAe: 'GIFTCLOUD',
        callingAe: 'SCANNER',
        contexts: [ctContext],
        maxPduLength: 16384,
        roles: [],
      },
    }),
  );
}

export function storeCommand(sopInstanceUid: string, sopClass = ctClass): Map<number, number | string> {
  return new Map<number, number | string>([
    [commandTag.affectedClass, sopClass],
    [commandTag.field, 1],
    [commandTag.messageId, 7],
    [commandTag.priority, 0],
    [commandTag.dataSetType, 1],
    [commandTag.affectedInstance, sopInstanceUid],
  ]);
}

/** Sends one object and gives the status of the answer. */
export async function store(
  { association }: Peer,
  sopInstanceUid: string,
  dataSet: Buffer,
  sopClass?: string,
): Promise<number | undefined> {
  await association.send(1, storeCommand(sopInstanceUid, sopClass), dataSet);
  return (await association.receive())?.command.number(commandTag.status);
}

/** Resolves when the other side has closed. */
export function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) resolve();
    else socket.resume().once('close', () => resolve());
  });
}
