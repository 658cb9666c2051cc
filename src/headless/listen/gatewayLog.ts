import type { QueuedJob, TransferQueue } from '../../services/queue/types.js';
import type { DisposableLike } from '../../services/support/disposable.js';
import type { LogFields, Logger } from '../../services/support/logger.js';
import type { Output } from '../output.js';

/** What the services log, as lines `log` for programs and plain lines for people. Traces are left out. */
export function gatewayLogger(output: Output): Logger {
  const write = (level: string, message: string, fields: LogFields = {}): void => {
    output.event('log', { level, message, ...fields });
    const told = Object.entries(fields).filter(([, value]) => value !== undefined);
    const text = [message, ...told.map(([name, value]) => `${name} ${String(value)}`)].join(', ');
    if (level === 'info') output.step(text);
    else output.warning(text);
  };
  const nothing = (): void => undefined;
  return {
    trace: nothing,
    debug: nothing,
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
  };
}

/** Tells each state that a job comes into, and what is about to go. Counts alone: AE titles stay out of logs. */
export function tellJobs(queue: TransferQueue, output: Output): DisposableLike {
  const states = new Map<string, string>();
  const look = (): void => {
    const jobs = queue.jobs();
    for (const job of jobs) {
      if (states.get(job.id) === job.state) continue;
      states.set(job.id, job.state);
      const { id, state, project, totals, failure } = job;
      output.event('job', { id, state, project, totals, ...(failure && { failure }) });
      output.step(lineOf(job));
    }
    const known = new Set(jobs.map(({ id }) => id));
    for (const id of states.keys()) if (!known.has(id)) states.delete(id);
  };
  const changes = queue.onDidChange(look);
  const warnings = queue.onDidWarn(({ job, removedAfter }) => {
    output.event('retention', { job, removedAfter });
    output.warning(`The data of job ${job} waits for a person and goes for good after ${removedAfter}.`);
  });
  return {
    dispose: () => {
      changes.dispose();
      warnings.dispose();
    },
  };
}

function lineOf({ id, state, totals, failure }: QueuedJob): string {
  const { files, uploaded, present, held, failed } = totals;
  const parts = [
    `job ${id} ${state}`,
    ...(files > 0 ? [`${uploaded + present} of ${files} files`] : []),
    ...(held > 0 ? [`${held} held`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(failure ? [failure.message] : []),
  ];
  return parts.join(', ');
}
