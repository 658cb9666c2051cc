export interface ProgressState {
  readonly message: string;
  /** 0..1; absent while nobody knows the whole. */
  readonly fraction?: number;
  /** Said at once: what comes next may take long, and the text must fit it. */
  readonly urgent?: boolean;
}

export interface ProgressReport {
  readonly message: string;
  readonly increment?: number;
}

/** Turns many states into at most five reports a second: the editor does not draw faster ones, they only cost. */
export class ProgressThrottle {
  private lastTime = Number.NEGATIVE_INFINITY;
  private lastMessage = '';
  private percent = 0;

  constructor(
    private readonly now: () => number,
    private readonly minimumMs = 200,
  ) {}

  /** What to report now, if anything. A percentage that falls back, as of a new phase, is not taken back. */
  next(state: ProgressState): ProgressReport | undefined {
    const time = this.now();
    if (state.urgent !== true && time - this.lastTime < this.minimumMs) return undefined;
    const percent = Math.max(this.percent, Math.floor(Math.min(state.fraction ?? 0, 1) * 100));
    if (percent === this.percent && state.message === this.lastMessage) return undefined;
    const increment = percent - this.percent;
    this.lastTime = time;
    this.lastMessage = state.message;
    this.percent = percent;
    return increment > 0 ? { message: state.message, increment } : { message: state.message };
  }
}
