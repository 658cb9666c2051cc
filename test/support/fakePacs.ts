import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import {
  decodeRequest,
  encodeAccept,
  ourAssociation,
  type AssociateRequest,
} from '../../src/services/dimse/associateItems.js';
import { Association, type IncomingMessage } from '../../src/services/dimse/association.js';
import { ByteStream } from '../../src/services/dimse/byteStream.js';
import { collectData } from '../../src/services/dimse/collectData.js';
import { commandTag } from '../../src/services/dimse/commandSet.js';
import { decodeHeader, encodePdu, pduType } from '../../src/services/dimse/pdu.js';
import type { PacsConnection } from '../../src/services/query/types.js';
import { buildDataSet, type BuiltElement } from './dicomBuilder.js';

/** What a request looks like to the one who answers it. */
export interface Asked {
  readonly association: Association;
  readonly message: IncomingMessage;
  readonly socket: Socket;
  readonly request: AssociateRequest;
  /** Bytes of its data set. */
  readonly identifier: Buffer;
  /** Answers with a status, and a data set where there is one. */
  answer(
    status: number,
    elements?: readonly BuiltElement[],
    counts?: Readonly<Record<number, number>>,
  ): Promise<void>;
}

/** A small SCP that accepts everything and does with requests what a test tells it to. */
export class FakePacs {
  /** Requests as they came: command fields. */
  readonly fields: number[] = [];
  private readonly open = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly onMessage: (asked: Asked) => Promise<void>,
    private readonly accepts: (abstractSyntax: string) => boolean,
  ) {
    server.on('connection', (socket) => void this.serve(socket));
  }

  /** @param accepts presentation contexts that are accepted, all by default */
  static async start(
    onMessage: (asked: Asked) => Promise<void>,
    accepts: (abstractSyntax: string) => boolean = () => true,
  ): Promise<FakePacs> {
    const server = createServer();
    const pacs = new FakePacs(server, onMessage, accepts);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return pacs;
  }

  node(options: Partial<PacsConnection> = {}): PacsConnection {
    const { port } = this.server.address() as AddressInfo;
    const node = { name: 'fake', aeTitle: 'FAKE', host: '127.0.0.1', port };
    return { ...node, callingAe: 'GIFTCLOUD', timeoutMs: 10_000, ...options };
  }

  get connections(): number {
    return this.open.size;
  }

  async stop(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(socket: Socket): Promise<void> {
    this.open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.open.delete(socket));
    const stream = new ByteStream(socket, 60_000);
    try {
      const { length } = decodeHeader(await stream.take(6), 16384);
      const request = decodeRequest(await stream.take(length));
      const contexts = request.contexts.map(({ id, abstractSyntax, transferSyntaxes: [first = ''] }) => ({
        ...{ id, abstractSyntax, transferSyntax: first, result: this.accepts(abstractSyntax) ? 0 : 3 },
      }));
      const accept = { ...ourAssociation, ...request, contexts, maxPduLength: 16384 };
      socket.write(encodePdu(pduType.associateAccept, encodeAccept(accept)));
      const association = new Association(socket, stream, {
        contexts: new Map(contexts.filter(({ result }) => result === 0).map((one) => [one.id, one])),
        ...{ ownMaxPdu: 16384, peerMaxPdu: request.maxPduLength },
      });
      for (let next = await association.receive(); next !== undefined; next = await association.receive()) {
        this.fields.push(next.command.field);
        await this.onMessage(await askedOf(association, next, socket, request));
      }
      socket.end();
    } catch {
      // The peer left, or was left.
      socket.destroy();
    }
  }
}

async function askedOf(
  association: Association,
  message: IncomingMessage,
  socket: Socket,
  request: AssociateRequest,
): Promise<Asked> {
  const { command, context, data } = message;
  const identifier = (data && (await collectData(data, 1024 * 1024))) ?? Buffer.alloc(0);
  return {
    ...{ association, message, socket, request, identifier },
    answer: (status, elements, counts = {}) =>
      association.send(
        context.id,
        new Map<number, number | string>([
          [commandTag.affectedClass, context.abstractSyntax],
          [commandTag.field, command.field | 0x8000],
          [commandTag.respondedTo, command.number(commandTag.messageId) ?? 0],
          [commandTag.dataSetType, elements === undefined ? 0x0101 : 1],
          [commandTag.status, status],
          ...Object.entries(counts).map(([tag, count]) => [Number(tag), count] as const),
        ]),
        elements && buildDataSet(elements),
      ),
  };
}
