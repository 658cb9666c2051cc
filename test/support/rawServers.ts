import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http';
import {
  connect,
  createServer as createTcpServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import type { ForeignCertificate } from './foreignCertificate.js';

/** A small server of a test on 127.0.0.1; `close` ends its connections too. */
export interface RawServer {
  readonly port: number;
  /** Connections so far. */
  readonly connections: number;
  close(): Promise<void>;
}

/** Connections by hand: for what no decent server does. */
export function serveConnections(onConnection: (socket: Socket) => void): Promise<RawServer> {
  return listening(createTcpServer(onConnection), 'connection');
}

/** Connections by hand behind TLS. */
export function serveTls(
  { key, cert }: ForeignCertificate,
  onConnection: (socket: TLSSocket) => void,
  port = 0,
): Promise<RawServer> {
  return listening(createTlsServer({ key, cert }, onConnection), 'secureConnection', port);
}

export function serveHttp(onRequest: RequestListener): Promise<RawServer> {
  return listening(createHttpServer(onRequest), 'connection');
}

/** A proxy that does as CONNECT says (RFC 9110 9.3.6), or answers with another status. */
export async function serveProxy(
  status: (request: IncomingMessage) => number = () => 200,
): Promise<RawServer & { readonly targets: readonly string[] }> {
  const targets: string[] = [];
  const server = createHttpServer();
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    targets.push(request.url ?? '');
    client.on('error', () => undefined);
    const answer = status(request);
    if (answer !== 200) {
      client.end(`HTTP/1.1 ${answer} No\r\nContent-Length: 5\r\n\r\nproxy`);
      return;
    }
    const port = Number((request.url ?? '').split(':').at(-1));
    // Whatever name was asked for, the server of the test is on this machine.
    const target = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(target).pipe(client);
    });
    target.on('error', () => client.destroy());
    client.on('close', () => target.destroy());
  });
  return Object.assign(await listening(server, 'connection'), { targets });
}

async function listening(server: Server, opened: string, port = 0): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on(opened, (socket: Socket) => {
    connections++;
    socket.on('error', () => undefined);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
