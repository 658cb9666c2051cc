import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { ReceptionSink } from '../spool/types.js';
import { Disposable, type DisposableLike } from '../support/disposable.js';
import { GiftCloudError, systemErrorCode, toGiftCloudError } from '../support/errors.js';
import type { Logger } from '../support/logger.js';
import { serveConnection, type Services } from './acceptedAssociation.js';
import { CommitmentProvider } from './commitmentProvider.js';
import { Counters } from './counters.js';
import {
  defaultLimits,
  type ListenerLimits,
  type ListenerOptions,
  type ListenerStatus,
} from './listenerTypes.js';
import { StoreProvider } from './storeProvider.js';
import { tlsRules } from './tlsRules.js';
import { WaitingRoom } from './waitingRoom.js';

/** Time that a peer has to close its side once everything is said. */
const lingerMs = 5_000;

/** The DICOM node that scanners and archives send to: C-STORE, C-ECHO and storage commitment as SCP (PS3.4 A, B, J). */
export class DicomListener extends Disposable {
  private readonly counters = new Counters();
  private readonly limits: ListenerLimits;
  private readonly open = new Set<Socket>();
  private readonly waiting: WaitingRoom;
  private server: Server | undefined;
  private commitment: CommitmentProvider | undefined;
  private associations = 0;
  private left: (() => void) | undefined;

  constructor(
    private readonly options: ListenerOptions,
    private readonly sink: ReceptionSink,
    private readonly logger: Logger,
  ) {
    super();
    this.limits = { ...defaultLimits, ...options.limits };
    this.waiting = new WaitingRoom(this.limits);
    this.register({ dispose: () => this.close() });
  }

  get status(): ListenerStatus {
    return this.counters.status;
  }

  /** Fires on every change of `status`, so often that views throttle it. */
  onDidChange(listener: () => void): DisposableLike {
    return this.counters.onDidChange(listener);
  }

  /** Binds the port; resolves with it. @throws PORT_IN_USE, PORT_NOT_ALLOWED, LISTEN_FAILED, USAGE (bad certificate) */
  async start(): Promise<number> {
    if (this.server) return this.counters.status.port ?? this.options.port;
    this.counters.become('starting');
    try {
      const server = (this.server = this.createServer());
      const port = await bind(server, this.options);
      this.counters.become('listening', port);
      this.logger.info('The DICOM listener is ready', { port });
      return port;
    } catch (error) {
      this.close();
      throw listenError(error);
    }
  }

  /** Takes no new connection, lets open associations end within the limit (milliseconds), then cuts them. */
  async stop(drainMs = 0): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.counters.become('draining');
    server.close();
    if (this.associations > 0 && drainMs > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, drainMs);
        this.left = () => {
          if (this.associations > 0) return;
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const closed = new Promise<void>((resolve) => {
      if (server.listening) server.once('close', resolve);
      else resolve();
    });
    this.close();
    await closed;
  }

  private close(): void {
    this.commitment?.dispose();
    this.commitment = undefined;
    this.server?.close();
    this.server = undefined;
    this.left = undefined;
    for (const socket of this.open) socket.destroy();
    this.counters.become('stopped');
  }

  private createServer(): Server {
    const { options, limits, sink, counters, logger } = this;
    const { tls } = options;
    const commitment = new CommitmentProvider(sink, options.aeTitle, options.nodes ?? [], logger);
    this.commitment = commitment;
    const store = new StoreProvider(sink, counters, logger);
    const services: Services = {
      ...{ options, limits, sink, store, commitment, counters, logger },
      enter: () => this.enter(),
      leave: () => this.leave(),
    };
    const server = tls
      ? createTlsServer({
          ...{ ...tlsRules, cert: tls.cert, key: tls.key, passphrase: tls.passphrase },
          ...{ handshakeTimeout: limits.artimMs, honorCipherOrder: true, ca: tls.ca },
          ...{ requestCert: tls.ca !== undefined, rejectUnauthorized: tls.ca !== undefined },
        })
      : createTcpServer();
    server.on('connection', (socket: Socket) => {
      this.open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.open.delete(socket);
        this.waiting.leave(socket);
      });
      this.waiting.enter(socket);
      if (!tls) void this.serve(socket, socket, services);
    });
    server.on('secureConnection', (socket: Socket) => {
      socket.on('error', () => undefined);
      // The connection under the TLS one has the same ports.
      const under = [...this.open].find((one) => samePeer(one, socket));
      if (under) void this.serve(socket, under, services);
      else socket.destroy();
    });
    server.on('tlsClientError', (_error: Error, socket: Socket) => {
      counters.count('badHandshakes');
      socket.destroy();
    });
    return server;
  }

  private async serve(socket: Socket, under: Socket, services: Services): Promise<void> {
    await serveConnection(socket, {
      ...services,
      enter: () => {
        const entered = services.enter();
        if (entered) this.waiting.leave(under);
        return entered;
      },
    });
    if (!under.destroyed) this.waiting.enter(under);
    // Our last word goes out, then the peer closes; who does not is cut (PS3.8 9.2, state 13).
    socket.end();
    const timer = setTimeout(() => under.destroy(), Math.min(lingerMs, this.limits.artimMs));
    under.once('close', () => clearTimeout(timer));
  }

  private enter(): boolean {
    if (this.associations >= this.limits.associations || this.counters.status.state !== 'listening')
      return false;
    this.counters.associations(++this.associations);
    return true;
  }

  private leave(): void {
    this.counters.associations(--this.associations);
    this.left?.();
  }
}

function samePeer(one: Socket, other: Socket): boolean {
  return one.remoteAddress === other.remoteAddress && one.remotePort === other.remotePort;
}

function bind(server: Server, { port, bind: host }: ListenerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => {
      server.off('error', reject);
      // Errors of single connections (too many open files) are no reason to stop.
      server.on('error', () => undefined);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function listenError(error: unknown): GiftCloudError {
  const code = systemErrorCode(error);
  if (code === 'EADDRINUSE') {
    return new GiftCloudError('PORT_IN_USE', 'The port of the DICOM listener is in use.', {
      hint: 'Another program, window or gateway listens there: stop it, or choose another port.',
      retryable: true,
      cause: error,
    });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new GiftCloudError('PORT_NOT_ALLOWED', 'The port of the DICOM listener may not be used.', {
      hint: 'Ports below 1024 are for the administrator: choose a higher one, such as 11112.',
      cause: error,
    });
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new GiftCloudError('LISTEN_FAILED', `The address of the DICOM listener is not ours (${code}).`, {
      hint: 'Choose an address of this computer, or none for all of them.',
      cause: error,
    });
  }
  if (code?.startsWith('ERR_OSSL') || code?.startsWith('ERR_TLS') || code?.startsWith('ERR_CRYPTO')) {
    return new GiftCloudError(
      'LISTEN_FAILED',
      'Certificate or key of the DICOM listener could not be read.',
      {
        hint: 'Give PEM files that belong together, and the passphrase if the key has one.',
        cause: error,
      },
    );
  }
  return toGiftCloudError(error);
}
