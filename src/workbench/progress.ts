import { ProgressLocation, window, type CancellationToken } from 'vscode';
import { cancelled } from '../services/support/errors.js';
import { ProgressThrottle, type ProgressState } from './progressThrottle.js';

/**
 * Runs long work with a cancellable notification: its events become progress, the button Cancel aborts its signal.
 * Ends when the work ends, also after Cancel: the services tidy up first.
 * @throws what the work throws; CANCELLED when the person cancelled and the work ended without an error of its own.
 */
export async function runWithProgress<E>(
  title: string,
  start: (signal: AbortSignal) => AsyncIterable<E>,
  onEvent: (event: E) => ProgressState | undefined,
): Promise<void> {
  await window.withProgress(
    { location: ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const signal = toAbortSignal(token);
      const throttle = new ProgressThrottle(() => performance.now());
      for await (const event of start(signal)) {
        const state = onEvent(event);
        const report = state && throttle.next(state);
        if (report) progress.report(report);
      }
      if (signal.aborted) throw cancelled();
    },
  );
}

export function toAbortSignal(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
