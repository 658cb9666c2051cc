import { cancelled } from '../services/support/errors.js';
import type { Dialogs } from './dialogs.js';
import { ProgressThrottle, type ProgressState } from './progressThrottle.js';

/**
 * Runs long work with a cancellable notification: its events become progress, the button Cancel aborts its signal.
 * Ends when the work ends, also after Cancel: the services tidy up first.
 * @throws what the work throws; CANCELLED when the person cancelled and the work ended without an error of its own.
 */
export async function runWithProgress<E>(
  dialogs: Dialogs,
  title: string,
  start: (signal: AbortSignal) => AsyncIterable<E>,
  onEvent: (event: E) => ProgressState | undefined,
): Promise<void> {
  await dialogs.progress(title, async (report, signal) => {
    const throttle = new ProgressThrottle(() => performance.now());
    for await (const event of start(signal)) {
      const state = onEvent(event);
      const next = state && throttle.next(state);
      if (next) report(next);
    }
    if (signal.aborted) throw cancelled();
  });
}
