import { delay } from '../support/abortableDelay.js';
import { toGiftCloudError, type ErrorCode, type GiftCloudError } from '../support/errors.js';
import type { Archive } from '../xnat/archive.js';
import type { DownloadPace } from './types.js';

const troubles: ReadonlySet<ErrorCode> = new Set([
  'SERVER_UNREACHABLE',
  'SERVER_TIMEOUT',
  'SERVER_ERROR',
  'UNEXPECTED_ANSWER',
]);

/** Whether the server may be the reason: it did not answer, or not with what was asked for. */
function isServerTrouble(error: GiftCloudError): boolean {
  return error.retryable && troubles.has(error.code);
}

/**
 * Tries again what went wrong, and tells one bad answer from a server that is gone: after an answer that stays bad, the
 * server is asked for something that always works. All that wait at the time share this question.
 */
export class ServerWatch {
  private asking: Promise<boolean> | undefined;
  /** Why the server is taken for gone: thrown to everybody, and the one error of the whole run. */
  private gone: GiftCloudError | undefined;

  constructor(
    private readonly archive: Archive,
    private readonly pace: DownloadPace,
  ) {}

  /**
   * Does the work, several times where that may help, and once more when the server was away meanwhile and came back.
   * @throws what the work threw at last, or why the server is gone (`isGone`).
   */
  async patiently<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await this.severalTimes(work, signal);
    } catch (thrown) {
      if (!isServerTrouble(toGiftCloudError(thrown)) || !(await this.wasAway(signal))) throw thrown;
    }
    return this.severalTimes(work, signal);
  }

  /** Whether this error is the verdict that the server is gone. */
  isGone(error: GiftCloudError): boolean {
    return error === this.gone;
  }

  private async severalTimes<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await work();
      } catch (thrown) {
        const error = toGiftCloudError(thrown);
        const pause = this.pace.item[attempt];
        const mayHelp = isServerTrouble(error) || error.code === 'VERIFY_DOWNLOAD_FAILED';
        if (pause === undefined || !mayHelp) throw error;
        await delay(pause * (0.5 + Math.random()), signal);
      }
    }
  }

  private wasAway(signal: AbortSignal): Promise<boolean> {
    this.asking ??= this.ask(signal).finally(() => (this.asking = undefined));
    return this.asking;
  }

  private async ask(signal: AbortSignal): Promise<boolean> {
    for (let attempt = 0; ; attempt++) {
      try {
        await this.archive.listProjects(signal);
        return attempt > 0;
      } catch (thrown) {
        const error = toGiftCloudError(thrown);
        const pause = this.pace.server[attempt];
        if (pause === undefined || !isServerTrouble(error)) throw (this.gone ??= error);
        await delay(pause, signal);
      }
    }
  }
}
