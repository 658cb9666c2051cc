import type { PipelineEvent, Totals } from '../services/pipeline/types.js';
import { toGiftCloudError, type GiftCloudError } from '../services/support/errors.js';
import type { CommandContext, CommandResult } from './command.js';
import { exitCode, exitCodeOf } from './exitCodes.js';
import type { RunReport } from './report.js';

/** Runs the events of a pipeline to their end: prints them, fills the report, gives the exit code. */
export async function runPipeline(
  context: CommandContext,
  events: AsyncIterable<PipelineEvent>,
  report: RunReport,
): Promise<CommandResult> {
  const reasons = new Map<string, number>();
  let error: GiftCloudError | undefined;
  try {
    for await (const event of events) {
      if (event.kind === 'file') {
        report.add(event);
        countReason(reasons, event);
      }
      if (event.kind === 'progress') report.sent(event.bytesSent);
      show(context, event);
    }
  } catch (thrown) {
    error = toGiftCloudError(thrown);
  }
  await report.write();
  const totals = report.totals();
  for (const [reason, count] of reasons) context.output.step(`${count} x ${reason}`);
  if (error) return { code: exitCodeOf(error.code), totals, error };
  if (totals.files === totals.skipped) context.output.warning('Nothing was done: no file was for us.');
  context.output.line(totalsLine(totals));
  return { code: totals.held + totals.failed > 0 ? exitCode.someFailed : exitCode.done, totals };
}

function countReason(reasons: Map<string, number>, event: Extract<PipelineEvent, { kind: 'file' }>): void {
  if (event.status !== 'held' && event.status !== 'failed' && event.status !== 'skipped') return;
  const key = `${event.status}: ${event.reason ?? event.code ?? 'no reason given'}`;
  reasons.set(key, (reasons.get(key) ?? 0) + 1);
}

function totalsLine(totals: Totals): string {
  const parts = (['deidentified', 'uploaded', 'present', 'skipped', 'held', 'failed'] as const)
    .filter((status) => totals[status] > 0)
    .map((status) => `${totals[status]} ${status}`);
  return `${totals.files} files: ${parts.length > 0 ? parts.join(', ') : 'none'}`;
}

function show({ output }: CommandContext, event: PipelineEvent): void {
  switch (event.kind) {
    case 'phase':
      output.event('phase', { phase: event.phase });
      return;
    case 'discovering':
      output.progress(`looking through files: ${event.filesSeen} seen, ${event.instances} DICOM`);
      return;
    case 'review':
      output.event('review', { ...event.review });
      output.step(
        `found ${event.review.studies} studies, ${event.review.series} series, ${event.review.instances} instances; profile ${event.review.profile}`,
      );
      return;
    case 'file':
      output.event('file', {
        index: event.index,
        status: event.status,
        code: event.code,
        reason: event.reason,
        output: event.output,
      });
      if (event.status === 'held' || event.status === 'failed') {
        output.step(`file ${event.index}: ${event.status}: ${event.reason ?? event.code ?? ''}`);
      }
      return;
    case 'progress':
      output.event('progress', {
        done: event.instancesDone,
        total: event.instancesTotal,
        bytesSent: event.bytesSent,
        bytesTotal: event.bytesTotal,
      });
      output.progress(`${event.instancesDone} of ${event.instancesTotal} instances`);
      return;
    case 'subject':
      output.event('subject', { project: event.project, subject: event.subject, created: event.created });
      output.step(`subject ${event.subject}${event.created ? ' (new)' : ''}`);
      return;
    case 'series': {
      const { place } = event;
      output.event('series', {
        ...place,
        status: event.status,
        instances: event.instances,
        code: event.code,
        reason: event.reason,
      });
      output.step(
        `${place.subject}/${place.experiment}/${place.scan}: ${event.status}, ${event.instances} instances${event.reason ? `: ${event.reason}` : ''}`,
      );
      return;
    }
    case 'warning':
      output.event('warning', { code: event.code, message: event.message });
      output.warning(event.message);
      return;
    case 'receipt':
      output.event('receipt', { receipt: event.receipt });
      return;
  }
}
