import type { Services } from '../../services/createServices.js';
import { isFinished } from '../../services/queue/jobRecord.js';
import { delay } from '../../services/support/abortableDelay.js';
import { GiftCloudError, toGiftCloudError } from '../../services/support/errors.js';
import type { Archive } from '../../services/xnat/archive.js';
import type { CommandContext, CommandResult } from '../command.js';
import { exitCodeOf } from '../exitCodes.js';
import { showPipelineEvent } from '../showPipelineEvent.js';

const lookEveryMs = 250;

/**
 * Brings one job of the queue to the end of one attempt: here, or by watching the process that was faster. Gives exit code and
 * error where it broke off.
 */
export async function sendJob(
  { output, signal }: CommandContext,
  { queue }: Services,
  archive: Archive,
  id: string,
): Promise<Pick<CommandResult, 'code' | 'error'> | undefined> {
  try {
    for (;;) {
      await queue.refresh();
      const job = queue.jobs().find((one) => one.id === id);
      if (job === undefined || isFinished(job.state)) return undefined;
      if (!job.active) {
        try {
          for await (const event of queue.run(id, archive, signal)) showPipelineEvent(output, event);
          await queue.refresh();
          return undefined;
        } catch (thrown) {
          // Another process that runs the queue may have taken it in this moment.
          await queue.refresh();
          const taken = queue.jobs().some((one) => one.id === id && one.active);
          if (!GiftCloudError.is(thrown, 'USAGE') || !taken) throw thrown;
        }
      }
      await delay(lookEveryMs, signal);
    }
  } catch (thrown) {
    await queue.refresh();
    const error = toGiftCloudError(thrown);
    return { code: exitCodeOf(error.code), error };
  }
}
