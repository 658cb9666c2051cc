import { createServer } from 'node:net';
import { bind, listenError } from './dicomListener.js';
import type { ListenerOptions } from './listenerTypes.js';

/**
 * Whether the listener could have this port: it is bound for a moment, and nobody who connects meanwhile is answered.
 * @throws PORT_IN_USE, PORT_NOT_ALLOWED, LISTEN_FAILED
 */
export async function tryPort(options: Pick<ListenerOptions, 'port' | 'bind'>): Promise<void> {
  const server = createServer((socket) => socket.destroy());
  try {
    await bind(server, options);
  } catch (error) {
    throw listenError(error);
  }
  await new Promise((resolve) => server.close(resolve));
}
