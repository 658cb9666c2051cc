import { Disposable } from '../services/support/disposable.js';

/** Runs an action when it is asked for, at most once in a while; what is asked for meanwhile runs once at the end of it. */
export class Throttled extends Disposable {
  private timer: NodeJS.Timeout | undefined;
  private again = false;

  constructor(
    private readonly action: () => void,
    private readonly everyMs = 250,
  ) {
    super();
    this.register({ dispose: () => clearTimeout(this.timer) });
  }

  readonly trigger = (): void => {
    if (this.timer !== undefined) {
      this.again = true;
      return;
    }
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (!this.again) return;
      this.again = false;
      this.trigger();
    }, this.everyMs);
    this.action();
  };
}
