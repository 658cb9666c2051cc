import { randomInt } from 'node:crypto';
import type { IncomingObject, ReceptionSink } from '../spool/types.js';
import type { DisposableLike } from '../support/disposable.js';
import { GiftCloudError } from '../support/errors.js';

/** A retrieval that waits for objects at a listener. */
export interface MoveRoute {
  /** Our AE title in front of the node, and that of the node. */
  readonly callingAe: string;
  readonly nodeAe: string;
  /** Numbers of the C-MOVE requests that were sent. */
  readonly messageIds: ReadonlySet<number>;
  readonly sink: Pick<ReceptionSink, 'begin'>;
  /** Whether the node listed this instance; undefined where it lists none. */
  expects(sopInstanceUid: string): boolean | undefined;
}

/** Requests whose objects are still refused after the retrieval ended. */
const mostEnded = 1000;

/**
 * Tells objects that answer a C-MOVE of ours from those that somebody pushed: they go where the retrieval goes, never into the
 * project of the listener. The sender names the request (Move Originator, PS3.7 9.1.1.1.7). One that leaves it out is believed
 * when it has the AE title of the node and sends what that listed while its request runs.
 */
export class MoveRoutes {
  private readonly routes = new Set<MoveRoute>();
  /** `AE title number` of requests that ended: what comes late for them goes nowhere. */
  private readonly ended = new Set<string>();
  private messageId = randomInt(1, 0x10000);

  /** Numbers of C-MOVE requests: no two of this process are the same for a long time. */
  readonly nextMessageId = (): number => (this.messageId = (this.messageId % 0xffff) + 1);

  add(route: MoveRoute): DisposableLike {
    this.routes.add(route);
    return {
      dispose: () => {
        this.routes.delete(route);
        for (const id of route.messageIds) this.ended.add(requestName(route.callingAe, id));
        for (const oldest of this.ended) {
          if (this.ended.size <= mostEnded) break;
          this.ended.delete(oldest);
        }
      },
    };
  }

  /** What a listener puts its objects into. @param others takes what answers no request of ours; refused without it. */
  over(others: ReceptionSink | undefined): ReceptionSink {
    const none = Promise.resolve(new Set<string>());
    return {
      begin: async (object) => {
        const route = this.find(object);
        if (route) return route.sink.begin(object);
        if (others === undefined || this.isLate(object)) throw notAsked();
        return others.begin(object);
      },
      associationEnded: (association) => others?.associationEnded(association),
      archived: (uids) => others?.archived(uids) ?? none,
      pending: (uids) => others?.pending(uids) ?? none,
      onDidSettle: (listener) => others?.onDidSettle(listener) ?? { dispose: () => undefined },
      ...(others?.commitments && { commitments: others.commitments }),
    };
  }

  private find(object: IncomingObject): MoveRoute | undefined {
    const { callingAe, sopInstanceUid, moveOriginator } = object;
    const open = [...this.routes];
    if (moveOriginator) {
      const { aeTitle, messageId } = moveOriginator;
      return open.find((route) => route.callingAe === aeTitle && route.messageIds.has(messageId));
    }
    return open.find((route) => {
      const asked = route.messageIds.size > 0 && route.nodeAe === callingAe;
      return asked && route.expects(sopInstanceUid) !== false;
    });
  }

  private isLate({ moveOriginator }: IncomingObject): boolean {
    return (
      moveOriginator !== undefined &&
      this.ended.has(requestName(moveOriginator.aeTitle, moveOriginator.messageId))
    );
  }
}

function requestName(aeTitle: string, messageId: number): string {
  return `${aeTitle} ${messageId}`;
}

function notAsked(): GiftCloudError {
  return new GiftCloudError('NOT_ALLOWED', 'An object came that belongs to no retrieval.', {
    hint: 'The listener was opened for a retrieval and takes nothing else.',
  });
}
