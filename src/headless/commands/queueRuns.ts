import type { Services } from '../../services/createServices.js';
import type { QueuedJob } from '../../services/queue/types.js';
import { delay } from '../../services/support/abortableDelay.js';
import { toGiftCloudError } from '../../services/support/errors.js';
import type { Archive } from '../../services/xnat/archive.js';
import type { CommandContext, CommandResult } from '../command.js';
import { openArchive } from '../connection.js';
import { exitCode, exitCodeOf } from '../exitCodes.js';
import { showPipelineEvent } from '../showPipelineEvent.js';

/** A process that was killed a moment ago seems to be at work for this long. */
const patienceMs = 20_000;
const lookEveryMs = 250;

/** Waits for jobs of a process that is gone, where nobody else would go on with them. */
export async function waitUntilFree(
  { options, output, signal }: CommandContext,
  { queue }: Services,
  ids: readonly string[],
): Promise<void> {
  if (options.text('server') === undefined || (await queue.isLed())) return;
  for (let waited = 0; waited < patienceMs; waited += lookEveryMs) {
    await queue.refresh();
    if (!queue.jobs().some(({ id, active }) => active && named(ids, id))) return;
    if (waited === 0) output.step('Waiting for another process to let go of a job.');
    await delay(lookEveryMs, signal);
  }
}

/**
 * Runs jobs that were put back, one after the other, where a server was named and no other process runs the queue. Jobs of
 * another server or user wait. Gives exit code and error where something did not go well.
 */
export async function runQueuedJobs(
  context: CommandContext,
  services: Services,
  ids: readonly string[],
): Promise<Pick<CommandResult, 'code' | 'error'> | undefined> {
  const { options, output } = context;
  const { queue } = services;
  await queue.refresh();
  const due = queue
    .jobs()
    .filter(({ id, state, active, paused }) => state === 'waiting' && !active && !paused && named(ids, id));
  if (due.length === 0 || options.text('server') === undefined) return undefined;
  if (await queue.isLed()) {
    output.step('Another process runs the queue; the jobs go on there.');
    return undefined;
  }
  const archive = await openArchive(context, services);
  try {
    return await runAll(due, archive, context, services);
  } finally {
    await archive.signOut().catch(() => undefined);
  }
}

async function runAll(
  due: readonly QueuedJob[],
  archive: Archive,
  { output, signal }: CommandContext,
  { queue }: Services,
): Promise<Pick<CommandResult, 'code' | 'error'> | undefined> {
  let refused = false;
  for (const job of due) {
    if (job.server !== archive.serverUrl || job.user !== archive.userName) {
      output.warning(`Job ${job.id} is for another server or user; it waits.`);
      continue;
    }
    try {
      for await (const event of queue.run(job.id, archive, signal)) {
        if (event.kind === 'file') refused ||= event.status === 'failed' || event.status === 'held';
        showPipelineEvent(output, event);
      }
    } catch (thrown) {
      const error = toGiftCloudError(thrown);
      return { code: exitCodeOf(error.code), error };
    }
  }
  return refused ? { code: exitCode.someFailed } : undefined;
}

function named(ids: readonly string[], id: string): boolean {
  return ids.length === 0 || ids.includes(id);
}
