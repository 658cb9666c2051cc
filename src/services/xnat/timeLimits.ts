import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { GiftCloudError } from '../support/errors.js';
import { timedOut } from './httpErrors.js';

/** In ms; the reasons stand in docs/architecture.md, "The server". */
export interface TimeLimits {
  /** From the request to a connection, TLS and proxy included. */
  readonly connect: number;
  /** Silence in both directions. */
  readonly idle: number;
  /** Silence after an upload: the server unpacks a zip before it answers. */
  readonly slowWrite: number;
  /** Silence when signing out, which nobody waits for. */
  readonly goodbye: number;
}

export type Patience = Exclude<keyof TimeLimits, 'connect'>;

export const defaultLimits: TimeLimits = {
  connect: 15_000,
  idle: 60_000,
  slowWrite: 600_000,
  goodbye: 3_000,
};

/**
 * Ends a request with SERVER_TIMEOUT, and tells so, when it gets no connection in time, or when no byte moves in either direction for as
 * long as `patience` says: an upload over a slow line is not taken for a dead one. Counted in ticks that really happened,
 * not by the clock: a machine that slept, or a process that was busy, must not take its own pause for the server's.
 */
export function watchRequest(
  request: ClientRequest,
  limits: TimeLimits,
  patience: Patience,
  onLate: (error: GiftCloudError) => void,
): void {
  const tick = Math.min(1000, limits.connect / 5, limits[patience] / 5);
  const line: { connected: boolean; answer?: IncomingMessage } = { connected: false };
  request.once('socket', (socket) => {
    const tls = isTls(socket);
    if (request.reusedSocket || (!tls && !socket.connecting)) line.connected = true;
    else socket.once(tls ? 'secureConnect' : 'connect', () => (line.connected = true));
  });
  request.once('response', (answer) => (line.answer = answer));
  let moved = -1;
  let quiet = 0;
  const timer = setInterval(() => {
    const { answer, connected } = line;
    const { socket } = request;
    const bytes = connected && socket !== null ? socket.bytesRead + socket.bytesWritten : -1;
    // What arrived and is not read yet: then the wait is for us, not for the server.
    if (bytes !== moved || (answer !== undefined && answer.readableLength > 0)) {
      moved = bytes;
      quiet = 0;
      return;
    }
    quiet += tick;
    if (quiet < (connected ? limits[patience] : limits.connect)) return;
    clearInterval(timer);
    const error = timedOut();
    answer?.destroy(error);
    request.destroy(error);
    // A request that waits for its proxy has no connection yet, and says nothing when it is destroyed.
    onLate(error);
  }, tick);
  timer.unref();
  request.once('close', () => clearInterval(timer));
}

function isTls(socket: Socket): boolean {
  return 'encrypted' in socket && socket.encrypted === true;
}
