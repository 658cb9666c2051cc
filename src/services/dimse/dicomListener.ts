import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, Server as TlsServer, type SecureContextOptions } from 'node:tls';
import { Listeners } from '../queue/listeners.js';
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
  type ListenerState,
  type ListenerStatus,
  type ListenerTls,
} from './listenerTypes.js';
import { StoreProvider } from './storeProvider.js';
import { tlsRules } from './tlsRules.js';
import { WaitingRoom } from './waitingRoom.js';

/** Time that a peer has to close its side once everything is said. */
const lingerMs = 5_000;

/** The DICOM node that scanners and archives send to: C-STORE, C-ECHO and storage commitment as SCP (PS3.4 A, B, J). */
export class DicomListener extends Disposable {
  private readonly open = new Set<Socket>();
  private readonly waiting = new WaitingRoom(() => this.limits);
  /** Of the options before, too: whoever asked for a commitment hears of it. */
  private readonly commitments: CommitmentProvider[] = [];
  private readonly emptied = new Listeners<void>();
  private server: Server | undefined;
  private services: Services | undefined;
  private state: ListenerState = 'stopped';
  private port: number | undefined;
  private associations = 0;

  constructor(
    private options: ListenerOptions,
    private sink: ReceptionSink,
    private readonly logger: Logger,
    private readonly counters = new Counters(),
  ) {
    super();
    this.register({ dispose: () => this.close() });
  }

  get status(): ListenerStatus {
    return { state: this.state, port: this.port, ...this.counters.all };
  }

  /** Fires on every change of `status`, so often that views throttle it. */
  onDidChange(listener: () => void): DisposableLike {
    return this.counters.onDidChange(listener);
  }

  /** Binds the port; resolves with it. @throws PORT_IN_USE, PORT_NOT_ALLOWED, LISTEN_FAILED, USAGE (bad certificate) */
  async start(): Promise<number> {
    if (this.server) return this.port ?? this.options.port;
    this.become('starting');
    try {
      const server = (this.server = this.createServer());
      const port = await bind(server, this.options);
      this.become('listening', port);
      this.logger.info('The DICOM listener is ready', { port });
      return port;
    } catch (error) {
      this.close();
      throw listenError(error);
    }
  }

  /** Whether these options need no other binding of the port than those it has. */
  bindsAs({ port, bind, tls }: ListenerOptions): boolean {
    const { options } = this;
    const same = port === options.port && bind === options.bind;
    return same && !tls === !options.tls && (tls?.ca === undefined) === (options.tls?.ca === undefined);
  }

  /** New associations are served by these options, for which `bindsAs` holds; open ones end as they began. @throws LISTEN_FAILED, USAGE */
  configure(options: ListenerOptions, sink: ReceptionSink): void {
    if (options.tls && this.server instanceof TlsServer) {
      try {
        this.server.setSecureContext(secureContext(options.tls));
      } catch (error) {
        throw listenError(error);
      }
    }
    this.options = options;
    this.sink = sink;
    if (this.server) this.services = this.createServices();
  }

  /** Takes no new connection, lets open associations end within the limit (milliseconds), then cuts them. */
  async stop(drainMs = 0): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.become('draining');
    server.close();
    if (this.associations > 0 && drainMs > 0) await this.whenEmpty(drainMs);
    this.close();
    // What was cut is put away by the sink first.
    if (this.associations > 0) await this.whenEmpty(lingerMs);
  }

  private whenEmpty(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = Number.isFinite(withinMs) ? setTimeout(() => end(), withinMs) : undefined;
      const listening = this.emptied.add(() => end());
      const end = (): void => {
        clearTimeout(timer);
        listening.dispose();
        resolve();
      };
    });
  }

  private close(): void {
    for (const commitment of this.commitments.splice(0)) commitment.dispose();
    this.server?.close();
    this.server = undefined;
    this.services = undefined;
    for (const socket of this.open) socket.destroy();
    this.become('stopped');
  }

  private become(state: ListenerState, port?: number): void {
    this.state = state;
    this.port = port;
    this.counters.tell();
  }

  private get limits(): ListenerLimits {
    return { ...defaultLimits, ...this.options.limits };
  }

  private createServices(): Services {
    const { options, limits, sink, counters, logger } = this;
    const commitment = new CommitmentProvider(sink, options.aeTitle, options.nodes ?? [], logger);
    this.commitments.push(commitment);
    const store = new StoreProvider(sink, counters, logger);
    return {
      ...{ options, limits, sink, store, commitment, counters, logger },
      enter: () => this.enter(),
      leave: () => this.leave(),
    };
  }

  private createServer(): Server {
    const { tls } = this.options;
    this.services = this.createServices();
    const server = tls
      ? createTlsServer({
          ...{ ...secureContext(tls), handshakeTimeout: this.limits.artimMs, honorCipherOrder: true },
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
      if (!tls) void this.serve(socket, socket);
    });
    server.on('secureConnection', (socket: Socket) => {
      socket.on('error', () => undefined);
      // The connection under the TLS one has the same ports.
      const under = [...this.open].find((one) => samePeer(one, socket));
      if (under) void this.serve(socket, under);
      else socket.destroy();
    });
    server.on('tlsClientError', (_error: Error, socket: Socket) => {
      this.counters.count('badHandshakes');
      socket.destroy();
    });
    return server;
  }

  private async serve(socket: Socket, under: Socket): Promise<void> {
    const { services } = this;
    if (services === undefined) {
      socket.destroy();
      return;
    }
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
    const timer = setTimeout(() => under.destroy(), Math.min(lingerMs, services.limits.artimMs));
    under.once('close', () => clearTimeout(timer));
  }

  private enter(): boolean {
    if (this.associations >= this.limits.associations || this.state !== 'listening') return false;
    this.associations++;
    this.counters.associations(1);
    return true;
  }

  private leave(): void {
    this.associations--;
    this.counters.associations(-1);
    if (this.associations === 0) this.emptied.tell();
  }
}

function secureContext({ cert, key, passphrase, ca }: ListenerTls): SecureContextOptions {
  return { ...tlsRules, cert, key, passphrase, ca };
}

function samePeer(one: Socket, other: Socket): boolean {
  return one.remoteAddress === other.remoteAddress && one.remotePort === other.remotePort;
}

/** Resolves with the port that was bound. */
export function bind(
  server: Server,
  { port, bind: host }: Pick<ListenerOptions, 'port' | 'bind'>,
): Promise<number> {
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

/** Why a port could not be bound: PORT_IN_USE, PORT_NOT_ALLOWED, LISTEN_FAILED. */
export function listenError(error: unknown): GiftCloudError {
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
