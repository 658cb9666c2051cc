import type { Profile } from '../services/deid/profiles/profile.js';
import type { FileEvent, PipelineEvent, Totals } from '../services/pipeline/types.js';
import { walk } from '../services/sources/folderSource.js';
import { toGiftCloudError, type GiftCloudError } from '../services/support/errors.js';
import type { CommandContext, CommandResult } from './command.js';
import { exitCode, exitCodeOf } from './exitCodes.js';
import { RunReport } from './report.js';
import { showPipelineEvent } from './showPipelineEvent.js';

/** Runs the events of a pipeline to their end: prints them, writes the report, gives the exit code. */
export async function runPipeline(
  context: CommandContext,
  { inputs, profile }: { readonly inputs: readonly string[]; readonly profile: Profile },
  events: AsyncIterable<PipelineEvent>,
): Promise<CommandResult> {
  const { options, output, version } = context;
  const report = new RunReport(options.text('report'), version, profile.name);
  const reasons = new Map<string, number>();
  let error: GiftCloudError | undefined;
  try {
    for await (const event of events) {
      if (event.kind === 'file') {
        report.add(event);
        countReason(reasons, event);
      }
      if (event.kind === 'progress') report.sent(event.bytesSent);
      showPipelineEvent(output, event);
    }
  } catch (thrown) {
    error = toGiftCloudError(thrown);
  }
  try {
    if (error && report.wanted) await report.addRest(walk(inputs), error);
    await report.write();
  } catch (thrown) {
    error ??= toGiftCloudError(thrown);
  }
  const totals = report.totals();
  for (const [reason, count] of reasons) output.line(`${count} x ${reason}`);
  if (error) return { code: exitCodeOf(error.code), totals, error };
  if (totals.files === totals.skipped) output.warning('Nothing was done: no file was for us.');
  output.line(totalsLine(totals));
  return { code: totals.held + totals.failed > 0 ? exitCode.someFailed : exitCode.done, totals };
}

function countReason(reasons: Map<string, number>, event: FileEvent): void {
  if (event.reason === undefined) return;
  const key = `${event.status}: ${event.reason}`;
  reasons.set(key, (reasons.get(key) ?? 0) + 1);
}

function totalsLine(totals: Totals): string {
  const parts = (['deidentified', 'uploaded', 'present', 'skipped', 'held', 'failed'] as const)
    .filter((status) => totals[status] > 0)
    .map((status) => `${totals[status]} ${status}`);
  return `${totals.files} files: ${parts.length > 0 ? parts.join(', ') : 'none'}`;
}
