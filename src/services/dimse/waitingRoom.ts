import type { Socket } from 'node:net';
import type { ListenerLimits } from './listenerTypes.js';

/**
 * Connections without an association: such that have not spoken yet, and such that are about to close. There is room for
 * a limited number; the oldest goes for a new one, so that silent connections never keep a scanner out.
 */
export class WaitingRoom {
  private readonly sockets = new Map<Socket, string>();

  constructor(private readonly limits: () => Pick<ListenerLimits, 'waiting' | 'waitingPerAddress'>) {}

  enter(socket: Socket): void {
    const { waiting, waitingPerAddress } = this.limits();
    const address = socket.remoteAddress ?? '';
    const ofAddress = [...this.sockets].filter(([, other]) => other === address);
    const oldest =
      ofAddress.length >= waitingPerAddress
        ? ofAddress[0]?.[0]
        : this.sockets.size >= waiting
          ? this.sockets.keys().next().value
          : undefined;
    if (oldest) {
      this.sockets.delete(oldest);
      oldest.destroy();
    }
    this.sockets.set(socket, address);
  }

  leave(socket: Socket): void {
    this.sockets.delete(socket);
  }
}
