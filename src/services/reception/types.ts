import type { ListenerOptions, ListenerStatus } from '../dimse/listenerTypes.js';
import type { JobFailure, QueueLead } from '../queue/types.js';
import type { SpoolDestination } from '../spool/types.js';
import type { DisposableLike } from '../support/disposable.js';

export interface ReceptionSettings {
  readonly listener: ListenerOptions;
  readonly destination: SpoolDestination;
}

/** `failed`: the port could not be bound, or the lead was lost; `failure` says why. */
export type ReceptionState = 'stopped' | 'starting' | 'listening' | 'draining' | 'failed';

/** What views, metrics and /healthz show; no identifiers. */
export interface ReceptionStatus {
  readonly state: ReceptionState;
  readonly failure?: JobFailure;
  /** Counts since the program began; they go on over restarts of the listener. */
  readonly listener: ListenerStatus;
  readonly settings?: ReceptionSettings;
}

/** The listener of this process with its way into the spool. It listens only while the process has the lead of the queue. */
export interface Reception extends DisposableLike {
  readonly status: ReceptionStatus;
  /** Fires on every change of `status`, so often that views throttle it. */
  onDidChange(listener: () => void): DisposableLike;
  /**
   * Binds the port and takes objects until `stop`, or until the lead is lost. Other settings than before restart the listener only
   * where it has to bind anew; open associations end as they began. @throws PORT_IN_USE, PORT_NOT_ALLOWED, LISTEN_FAILED, USAGE
   */
  start(settings: ReceptionSettings, lead: QueueLead): Promise<number>;
  /** Lets open associations end within the limit (milliseconds), then cuts them. */
  stop(drainMs?: number): Promise<void>;
}
