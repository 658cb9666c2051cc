import type { Socket } from 'node:net';
import type { ByteStream } from './byteStream.js';
import { decodeCommand, encodeCommand, type CommandSet, type CommandValues } from './commandSet.js';
import { abortReason, DimseFault, protocolFault } from './dimseFault.js';
import { decodeHeader, encodeAbort, encodeFragments, encodeRelease, pduType, pdvFlag } from './pdu.js';

/** A presentation context that both sides agreed on. */
export interface AcceptedContext {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntax: string;
}

export interface AssociationTerms {
  readonly contexts: ReadonlyMap<number, AcceptedContext>;
  /** Longest P-DATA-TF that we take. */
  readonly ownMaxPdu: number;
  /** Longest one that the peer takes; 0 means any. */
  readonly peerMaxPdu: number;
}

/** A message as it comes; its data set, if it has one, is read to the end before the next message. */
export interface IncomingMessage {
  readonly context: AcceptedContext;
  readonly command: CommandSet;
  readonly data: IncomingData | undefined;
}

export interface IncomingData {
  /** The next bytes as they came, lent until the next call; undefined at the end. @throws DimseFault */
  next(): Promise<Buffer | undefined>;
  /** Reads the rest and throws it away. @throws DimseFault */
  skip(): Promise<void>;
}

/** Commands are some hundred bytes long. */
const longestCommand = 64 * 1024;
/** P-DATA of ours where the peer names no limit. */
const usualPdu = 128 * 1024;

interface Pdv {
  readonly context: number;
  readonly command: boolean;
  readonly last: boolean;
  readonly length: number;
}

/** An association that is agreed on, for the side that asked and the one that was asked alike (PS3.8 9.3.5-9.3.8). */
export class Association {
  private leftOfPdu = 0;

  constructor(
    private readonly socket: Socket,
    private readonly stream: ByteStream,
    readonly terms: AssociationTerms,
  ) {}

  /** The accepted context of a SOP class, if there is one. */
  contextOf(abstractSyntax: string): AcceptedContext | undefined {
    return [...this.terms.contexts.values()].find((context) => context.abstractSyntax === abstractSyntax);
  }

  /** The next message; undefined when the peer asks for the release, which is answered. @throws DimseFault */
  async receive(): Promise<IncomingMessage | undefined> {
    const pieces: Buffer[] = [];
    let size = 0;
    let first: Pdv | undefined;
    for (;;) {
      const pdv = await this.nextPdv(first !== undefined);
      if (pdv === undefined) return undefined;
      if (!pdv.command) throw protocolFault('a data set comes before its command');
      if (first !== undefined && pdv.context !== first.context) {
        throw protocolFault('a command changes its context');
      }
      first ??= pdv;
      size += pdv.length;
      if (size > longestCommand) throw protocolFault('a command is too long');
      pieces.push(await this.stream.take(pdv.length));
      if (pdv.last) break;
    }
    const context = this.terms.contexts.get(first.context);
    if (context === undefined) throw protocolFault('a message uses an unknown context');
    const command = decodeCommand(Buffer.concat(pieces));
    return { context, command, data: command.hasData ? this.dataOf(context.id) : undefined };
  }

  /** Sends a command and its data set, if it has one. */
  async send(context: number, command: CommandValues, dataSet?: Buffer): Promise<void> {
    const limit = this.terms.peerMaxPdu === 0 ? usualPdu : Math.min(this.terms.peerMaxPdu, usualPdu);
    const parts = [...encodeFragments(context, encodeCommand(command), { command: true, last: true }, limit)];
    if (dataSet) parts.push(...encodeFragments(context, dataSet, { command: false, last: true }, limit));
    // In one piece, so that messages of two tasks never mix.
    await this.write(Buffer.concat(parts));
  }

  /** Asks for the release and waits for it; messages that come meanwhile are dropped. @throws DimseFault */
  async release(): Promise<void> {
    await this.write(encodeRelease(pduType.releaseRequest));
    for (;;) {
      const { type, length } = decodeHeader(await this.stream.take(6), this.terms.ownMaxPdu);
      if (type === pduType.abort) throw new DimseFault('aborted', 'the peer aborted the association');
      for (let left = length; left > 0;) left -= (await this.stream.some(left)).length;
      if (type === pduType.releaseResponse) return;
      // Both ask at once (PS3.8 9.2.2, release collision): the peer is answered, too.
      if (type === pduType.releaseRequest) await this.write(encodeRelease(pduType.releaseResponse));
    }
  }

  abort(source: 0 | 2, reason: number = abortReason.notSpecified): void {
    if (this.socket.writable) this.socket.write(encodeAbort(source, reason));
  }

  private async write(bytes: Buffer): Promise<void> {
    if (!this.socket.writable) throw new DimseFault('closed', 'the connection was closed');
    if (this.socket.write(bytes)) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.socket.off('drain', done).off('close', done);
        resolve();
      };
      this.socket.once('drain', done).once('close', done);
    });
  }

  private dataOf(context: number): IncomingData {
    let left = 0;
    let last = false;
    const next = async (): Promise<Buffer | undefined> => {
      while (left === 0) {
        if (last) return undefined;
        const pdv = await this.nextPdv(true);
        if (pdv === undefined || pdv.command || pdv.context !== context) {
          throw protocolFault('a data set is interrupted', abortReason.unexpectedPdu);
        }
        ({ length: left, last } = pdv);
      }
      const bytes = await this.stream.some(left);
      left -= bytes.length;
      return bytes;
    };
    const skip = async (): Promise<void> => {
      while ((await next()) !== undefined);
    };
    return { next, skip };
  }

  /** Header of the next PDV, in this PDU or the next one; undefined after a release. */
  private async nextPdv(inMessage: boolean): Promise<Pdv | undefined> {
    while (this.leftOfPdu === 0) {
      const { type, length } = decodeHeader(await this.stream.take(6), this.terms.ownMaxPdu);
      if (type === pduType.data) {
        this.leftOfPdu = length;
        if (length === 0) throw protocolFault('a PDU without content');
      } else if (type === pduType.abort) {
        throw new DimseFault('aborted', 'the peer aborted the association');
      } else if (type === pduType.releaseRequest && !inMessage) {
        await this.stream.take(length);
        await this.write(encodeRelease(pduType.releaseResponse));
        return undefined;
      } else {
        throw protocolFault('an unexpected PDU', abortReason.unexpectedPdu);
      }
    }
    if (this.leftOfPdu < 6) throw protocolFault('a PDV is cut off');
    const head = await this.stream.take(6);
    const length = head.readUInt32BE(0) - 2;
    if (length < 0 || length > this.leftOfPdu - 6) throw protocolFault('the length of a PDV is wrong');
    this.leftOfPdu -= 6 + length;
    const flags = head.readUInt8(5);
    return {
      context: head.readUInt8(4),
      command: (flags & pdvFlag.command) !== 0,
      last: (flags & pdvFlag.last) !== 0,
      length,
    };
  }
}
