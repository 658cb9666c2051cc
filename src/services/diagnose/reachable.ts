import { connect } from 'node:net';
import { cancelled } from '../support/errors.js';
import { connectionError, timedOut } from '../xnat/httpErrors.js';

/**
 * Opens a TCP connection and closes it again, without a byte said.
 * @throws SERVER_UNREACHABLE, SERVER_TIMEOUT (packets that vanish), CANCELLED
 */
export function reach(
  { host, port }: { readonly host: string; readonly port: number },
  limitMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const socket = connect({ host, port });
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
      socket.destroy();
      settle();
    };
    const leave = (): void => end(() => reject(cancelled(signal?.reason)));
    const timer = setTimeout(() => end(() => reject(timedOut())), limitMs);
    signal?.addEventListener('abort', leave, { once: true });
    socket.once('connect', () => end(resolve));
    socket.once('error', (error) => end(() => reject(connectionError(error))));
  });
}
