import { protocolFault } from './dimseFault.js';

/** PDU types (PS3.8 9.3.1). */
export const pduType = {
  associateRequest: 1,
  associateAccept: 2,
  associateReject: 3,
  data: 4,
  releaseRequest: 5,
  releaseResponse: 6,
  abort: 7,
} as const;

/** Length of everything but P-DATA: 128 presentation contexts with their syntaxes fit many times over. */
export const longestControlPdu = 256 * 1024;

/** Why an association is rejected (PS3.8 9.3.4): result, source, reason. */
export interface Rejection {
  readonly result: number;
  readonly source: number;
  readonly reason: number;
}

export const rejections = {
  protocolVersion: { result: 1, source: 2, reason: 2 },
  applicationContext: { result: 1, source: 1, reason: 2 },
  callingAe: { result: 1, source: 1, reason: 3 },
  calledAe: { result: 1, source: 1, reason: 7 },
  temporaryCongestion: { result: 2, source: 3, reason: 1 },
  localLimit: { result: 2, source: 3, reason: 2 },
} as const satisfies Readonly<Record<string, Rejection>>;

/** A PDU with its header (PS3.8 9.3.1). */
export function encodePdu(type: number, content: Uint8Array): Buffer {
  const pdu = Buffer.alloc(6 + content.length);
  pdu.writeUInt8(type, 0);
  pdu.writeUInt32BE(content.length, 2);
  pdu.set(content, 6);
  return pdu;
}

export function encodeReject({ result, source, reason }: Rejection): Buffer {
  return encodePdu(pduType.associateReject, Buffer.of(0, result, source, reason));
}

export function encodeRelease(type: number): Buffer {
  return encodePdu(type, Buffer.alloc(4));
}

/** Source 0 is the user of the service (a program that gives up), 2 the provider (the peer broke the protocol). */
export function encodeAbort(source: 0 | 2, reason: number): Buffer {
  return encodePdu(pduType.abort, Buffer.of(0, 0, source, reason));
}

/** Message control header bits (PS3.8 E.2). */
export const pdvFlag = { command: 1, last: 2 } as const;

/** P-DATA-TF PDUs with one PDV each, none longer than the peer takes (PS3.8 9.3.5). */
export function* encodeFragments(
  context: number,
  bytes: Buffer,
  kind: { readonly command: boolean; readonly last: boolean },
  maxLength: number,
): Generator<Buffer> {
  // Even fragments, as PS3.8 annex E asks for.
  const room = Math.max(2, (maxLength - 6) & ~1);
  for (let at = 0; at === 0 || at < bytes.length; at += room) {
    const piece = bytes.subarray(at, at + room);
    const last = kind.last && at + room >= bytes.length;
    const head = Buffer.alloc(12);
    head.writeUInt8(pduType.data, 0);
    head.writeUInt32BE(piece.length + 6, 2);
    head.writeUInt32BE(piece.length + 2, 6);
    head.writeUInt8(context, 10);
    head.writeUInt8((kind.command ? pdvFlag.command : 0) | (last ? pdvFlag.last : 0), 11);
    yield Buffer.concat([head, piece]);
  }
}

/** Header of a PDU, with its length checked before a byte of it is read. */
export function decodeHeader(
  head: Buffer,
  maxData: number,
): { readonly type: number; readonly length: number } {
  const type = head.readUInt8(0);
  const length = head.readUInt32BE(2);
  if (type < pduType.associateRequest || type > pduType.abort) {
    throw protocolFault('a PDU of unknown type', 1);
  }
  if (length > (type === pduType.data ? maxData : longestControlPdu)) {
    throw protocolFault('a PDU is longer than allowed');
  }
  return { type, length };
}
