import { Disposable, type DisposableLike } from '../support/disposable.js';
import { toGiftCloudError, type ErrorCode } from '../support/errors.js';
import type { KeptList, ListEvent, ListOutcome } from './types.js';

/** Times in ms. */
export interface ListPace {
  /** From something new to the list that says it. */
  readonly within: number;
  /** Until a writing that failed is tried again; twice as long each time, up to `longest`. */
  readonly again: number;
  readonly longest: number;
}

export const defaultListPace: ListPace = { within: 10_000, again: 5000, longest: 60_000 };

/** Not tried again by itself. */
const needsAPerson: ReadonlySet<ErrorCode> = new Set(['KEY_MISSING', 'LIST_PASSWORD_NEEDED']);

/** A writing that was never timed is taken to last this long, in ms. */
const usualWriting = 1500;

/** Keeps one list up to date: many new patients make one writing, and a list that is open is written once it is closed. */
export class ListKeeper extends Disposable implements KeptList {
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<ListOutcome> | undefined;
  private hasNews = false;
  private lastTook = usualWriting;
  private failures = 0;
  private lastFailure = '';

  /**
   * @param write writes; `unlessCurrent` as in `ListOrder`.
   * @param patients where news comes from.
   */
  constructor(
    private readonly write: (unlessCurrent: boolean) => Promise<ListOutcome>,
    patients: { onDidChange(listener: () => void): DisposableLike },
    private readonly tell: (event: ListEvent) => void,
    private readonly pace: ListPace = defaultListPace,
  ) {
    super();
    this.register(patients.onDidChange(() => this.news()));
    this.register({ dispose: () => this.stopWaiting() });
    // What a process that was killed did not write any more.
    this.news();
  }

  async writeNow(): Promise<ListOutcome> {
    this.stopWaiting();
    await this.writing?.catch(() => undefined);
    return this.run(false);
  }

  async flush(): Promise<void> {
    this.stopWaiting();
    await this.writing?.catch(() => undefined);
    if (this.hasNews) await this.run(true).catch(() => undefined);
    this.stopWaiting();
  }

  private news(): void {
    this.hasNews = true;
    this.writeLater();
  }

  private writeLater(): void {
    if (!this.hasNews || this.timer !== undefined || this.writing !== undefined) return;
    this.timer = setTimeout(() => void this.run(true).catch(() => undefined), this.delay).unref();
  }

  private get delay(): number {
    const { within, again, longest } = this.pace;
    if (this.failures > 0) return Math.min(again * 2 ** (this.failures - 1), longest);
    // Time for the writing that is under way when news comes, and for the one that tells it.
    return Math.max(0, within - 2 * this.lastTook);
  }

  private stopWaiting(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** One at a time; what comes new meanwhile is written next. */
  private async run(unlessCurrent: boolean): Promise<ListOutcome> {
    this.stopWaiting();
    this.hasNews = false;
    const started = performance.now();
    this.writing = this.write(unlessCurrent);
    try {
      const { status, ...outcome } = await this.writing;
      [this.failures, this.lastFailure] = [0, ''];
      if (status === 'written') {
        this.lastTook = performance.now() - started;
        this.tell({ kind: 'written', ...outcome });
      }
      return { status, ...outcome };
    } catch (thrown) {
      this.failed(thrown);
      throw thrown;
    } finally {
      this.writing = undefined;
      this.writeLater();
    }
  }

  /** A person is told once. */
  private failed(thrown: unknown): void {
    const error = toGiftCloudError(thrown);
    const waiting = !needsAPerson.has(error.code);
    this.failures++;
    this.hasNews ||= waiting;
    if (this.lastFailure === error.code) return;
    this.lastFailure = error.code;
    this.tell({ kind: 'failed', error, waiting });
  }
}
