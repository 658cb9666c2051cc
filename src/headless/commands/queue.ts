import type { QueuedJob, TransferQueue } from '../../services/queue/types.js';
import type { Command, CommandContext, CommandResult } from '../command.js';
import { exitCode } from '../exitCodes.js';
import { serverOptions, usage } from '../options.js';
import { passphraseOptions } from '../passphrase.js';
import { assertStateFolder } from '../stateFolder.js';
import { runQueuedJobs, waitUntilFree } from './queueRuns.js';

type Action = (queue: TransferQueue, ids: readonly string[], context: CommandContext) => Promise<void>;

const actions: Readonly<Record<string, Action>> = {
  list: () => Promise.resolve(),
  retry: (queue, ids) => queue.retry(ids.length > 0 ? ids : undefined),
  cancel: (queue, ids) => queue.cancel(named(ids)),
  release: (queue, ids) => queue.release(named(ids)),
  discard: (queue, ids, context) => discard(queue, named(ids), context),
};

/** What is tried on the spot where nobody else runs the queue. */
const runsJobs: ReadonlySet<string> = new Set(['retry', 'release']);

export const queueCommand: Command = {
  name: 'queue',
  usage: 'list|retry|cancel|release|discard [ID...]',
  help: 'jobs of the transfer queue; with --server retry and release run them here when nobody else does',
  options: {
    ...serverOptions,
    yes: { type: 'boolean', help: 'discard data that was received, for good' },
    ...passphraseOptions,
  },
  async run(context: CommandContext): Promise<CommandResult> {
    const [name = 'list', ...ids] = context.options.positionals;
    const action = actions[name];
    if (action === undefined) throw usage('The queue knows list, retry, cancel, release and discard.');
    if (name === 'list' && ids.length > 0) throw usage('The list takes no ids.');
    await assertStateFolder(context.stateFolder);
    const services = await context.services();
    try {
      const { queue } = services;
      await queue.refresh();
      if (runsJobs.has(name)) await waitUntilFree(context, services, ids);
      await action(queue, ids, context);
      const error = runsJobs.has(name) ? await runQueuedJobs(context, services, ids) : undefined;
      await queue.refresh();
      return { ...show(queue, name === 'list' ? [] : ids, context), ...error };
    } finally {
      services.dispose();
    }
  },
};

function named(ids: readonly string[]): readonly string[] {
  if (ids.length === 0) throw usage('Name at least one job; "queue list" shows their ids.');
  return ids;
}

async function discard(
  queue: TransferQueue,
  ids: readonly string[],
  { options }: CommandContext,
): Promise<void> {
  const received = queue.jobs().some(({ id, origin }) => ids.includes(id) && origin.kind !== 'files');
  if (received && !options.flag('yes')) {
    throw usage(
      'A job holds data that was received and is nowhere else.',
      'Add --yes to delete it for good, or send it first.',
    );
  }
  await queue.discard(ids);
}

/** One row per job; all of them where none is named. */
function show(queue: TransferQueue, ids: readonly string[], { output }: CommandContext): CommandResult {
  const jobs = queue.jobs().filter(({ id }) => ids.length === 0 || ids.includes(id));
  for (const job of jobs) {
    output.event('item', { ...job });
    output.line(lineOf(job));
  }
  for (const { id, why } of queue.unreadable()) {
    const text = why === 'newer' ? 'was made by a newer version' : 'is damaged';
    output.event('unreadable', { id, why });
    output.warning(`The journal of job ${id} ${text}; it is kept as it is.`);
  }
  const count = (state: string): number => jobs.filter((job) => job.state === state).length;
  const totals = {
    ...{ jobs: jobs.length, archived: count('archived'), held: count('held') },
    ...{ failed: count('failed'), cancelled: count('cancelled'), unreadable: queue.unreadable().length },
  };
  return { code: exitCode.done, totals };
}

function lineOf({ id, state, paused, active, project, totals, failure, nextAttempt }: QueuedJob): string {
  const done = totals.uploaded + totals.present;
  const parts = [
    `${id}  ${state}${paused ? ' (paused)' : ''}${active ? ' (running)' : ''}`,
    `${project}: ${done} of ${totals.files} files`,
    ...(totals.held > 0 ? [`${totals.held} held`] : []),
    ...(totals.failed > 0 ? [`${totals.failed} failed`] : []),
    ...(failure ? [failure.message] : []),
    ...(nextAttempt === undefined ? [] : [`again at ${nextAttempt}`]),
  ];
  return parts.join(', ');
}
