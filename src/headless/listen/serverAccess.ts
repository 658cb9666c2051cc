import { isDeepStrictEqual } from 'node:util';
import type { Services } from '../../services/createServices.js';
import { backoff, defaultQueuePace, needsSignIn } from '../../services/queue/retries.js';
import type { ArchiveSource } from '../../services/queue/types.js';
import type { SpoolDestination } from '../../services/spool/types.js';
import { delay } from '../../services/support/abortableDelay.js';
import { toGiftCloudError, type GiftCloudError } from '../../services/support/errors.js';
import type { Logger } from '../../services/support/logger.js';
import type { Archive } from '../../services/xnat/archive.js';
import { openGiven, type GivenConnection } from '../connection.js';
import { assertMayUpload } from '../mayUpload.js';

/** Between two looks at a server that answers: often enough to notice a password that expired before a scan does. */
const lookEveryMs = 5 * 60_000;

type Destination = Pick<SpoolDestination, 'project' | 'profile'>;

/** How the server was when it was asked last. */
export interface ServerState {
  /** Undefined until the first answer. */
  readonly failure: GiftCloudError | undefined;
  /** Milliseconds since 1970: since when it is as it is; undefined until it was asked. */
  readonly since: number | undefined;
}

/** The sign-in of the gateway. An outage is no reason to stop receiving; a refused password is never sent again. */
export class ServerAccess {
  readonly archives: ArchiveSource = (server, user) => {
    const fits = this.archive.serverUrl === server && this.archive.userName === user;
    return Promise.resolve(fits ? this.archive : undefined);
  };
  private current: Archive;
  private asked: ServerState = { failure: undefined, since: undefined };
  private failures = 0;
  private wake = new AbortController();
  private readonly closed = new AbortController();
  private watching: Promise<void> = Promise.resolve();

  constructor(
    private given: GivenConnection,
    private destination: Destination,
    private readonly services: Services,
    private readonly logger: Logger,
    private readonly signal: AbortSignal,
  ) {
    this.current = openGiven(given, services, signal);
  }

  get archive(): Archive {
    return this.current;
  }

  get state(): ServerState {
    return this.asked;
  }

  /** Another sign-in from now on, where it is another one or the one before was refused. @throws INSECURE_ADDRESS, USAGE */
  change(given: GivenConnection, destination: Destination): void {
    const refused = this.asked.failure && needsSignIn(this.asked.failure);
    if (refused || !isDeepStrictEqual(given, this.given)) {
      this.current = openGiven(given, this.services, this.signal);
      this.given = given;
    }
    this.destination = destination;
    this.wake.abort();
  }

  /**
   * Signs in and looks whether the project is there, may be written to, and has its key here.
   * @throws those of `Archive`; NOT_FOUND_OR_NOT_ALLOWED, KEY_MISSING, SCHEME_MISMATCH, PASSPHRASE_WRONG
   */
  async check(): Promise<void> {
    const { current: archive, signal } = this;
    const { project, profile } = this.destination;
    await assertMayUpload(archive, project, signal);
    await this.services.keys.assertFits({ archive, project }, profile, signal);
  }

  /** The first look. Only what may pass is passed over: nothing was received yet, so stopping loses nothing. @throws as `check` */
  async begin(): Promise<void> {
    const failure = await this.look();
    if (failure && !failure.retryable) throw failure;
  }

  /** Looks again and again until `close`. */
  watch(): void {
    this.watching = this.lookOn(AbortSignal.any([this.signal, this.closed.signal]));
  }

  async close(): Promise<void> {
    this.closed.abort();
    await this.watching;
    await this.current.signOut().catch(() => undefined);
  }

  private async lookOn(ended: AbortSignal): Promise<void> {
    for (;;) {
      const pause =
        this.failures > 0 ? Math.min(lookEveryMs, backoff(this.failures, defaultQueuePace)) : lookEveryMs;
      await delay(pause, AbortSignal.any([ended, this.wake.signal])).catch(() => undefined);
      this.wake = new AbortController();
      if (ended.aborted) return;
      await this.look();
    }
  }

  private async look(): Promise<GiftCloudError | undefined> {
    let failure: GiftCloudError | undefined;
    try {
      await this.check();
    } catch (thrown) {
      failure = toGiftCloudError(thrown);
      // The program ends.
      if (failure.code === 'CANCELLED') return failure;
    }
    this.failures = failure ? this.failures + 1 : 0;
    const { failure: before, since } = this.asked;
    if (since !== undefined && before?.code === failure?.code) return failure;
    this.asked = { failure, since: Date.now() };
    if (failure) this.logger.warn('The server can not be used', { code: failure.code });
    else if (before) this.logger.info('The server answers again');
    return failure;
  }
}
