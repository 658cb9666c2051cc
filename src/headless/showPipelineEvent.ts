import type { PipelineEvent } from '../services/pipeline/types.js';
import type { Output } from './output.js';

/** What people and programs see of one event: never a path, which is for the report alone. */
export function showPipelineEvent(output: Output, event: PipelineEvent): void {
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
        output.line(`file ${event.index}: ${event.status}: ${event.reason ?? event.code ?? ''}`);
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
    case 'planned':
    case 'seriesState':
      // The file, series and progress events say the same.
      return;
    case 'warning':
      output.event('warning', { code: event.code, message: event.message });
      output.warning(event.message);
      return;
    case 'receipt':
      output.event('receipt', { receipt: event.receipt });
      return;
  }
}
