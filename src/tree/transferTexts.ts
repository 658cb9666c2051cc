import { l10n } from 'vscode';
import { isFinished } from '../services/queue/jobRecord.js';
import type { JobOrigin, JobState, QueuedJob, QueuedSeries, RefusedCount } from '../services/queue/types.js';
import type { ErrorCode } from '../services/support/errors.js';
import { bytes, counted } from '../workbench/texts.js';
import { joined } from './rowTexts.js';
import { progressOf } from './transferNodes.js';

/** Where the data came from and where it goes, as short as a narrow side bar wants it. */
export function jobLabel({ origin, project }: QueuedJob): string {
  switch (origin.kind) {
    case 'files':
      return l10n.t('Upload → {0}', project);
    case 'received':
      return `${origin.callingAe} → ${project}`;
    case 'retrieved':
      return `${origin.node} → ${project}`;
  }
}

/** The same as it is read out. */
export function jobName({ origin, project }: QueuedJob): string {
  switch (origin.kind) {
    case 'files':
      return l10n.t('Upload to {0}', project);
    case 'received':
      return l10n.t('From {0} to {1}', origin.callingAe, project);
    case 'retrieved':
      return l10n.t('From {0} to {1}', origin.node, project);
  }
}

export function stateText(state: JobState, origin: JobOrigin): string {
  switch (state) {
    case 'discovered':
      return origin.kind === 'files' ? l10n.t('being prepared') : l10n.t('being received');
    case 'waiting':
      return l10n.t('waiting');
    case 'de-identifying':
      return l10n.t('anonymising');
    case 'sending':
      return l10n.t('sending');
    case 'confirming':
      return l10n.t('checking what arrived');
    case 'archived':
      return l10n.t('archived');
    case 'held':
      return l10n.t('held back');
    case 'failed':
      return l10n.t('failed');
    case 'cancelled':
      return l10n.t('cancelled');
  }
}

/** How far a job is, in the order of what a person wants to know first. */
export function jobDescription(job: QueuedJob): string {
  const { state, paused, active, totals, speed, failure, nextAttempt, bytesTotal, changed } = job;
  const { done, all } = progressOf(job);
  const refused = [
    totals.held > 0 ? l10n.t('{0} held back', totals.held) : '',
    totals.failed > 0 ? l10n.t('{0} failed', totals.failed) : '',
  ];
  const says = (state === 'held' && totals.held > 0) || (state === 'failed' && totals.failed > 0);
  const parts = paused ? [l10n.t('paused')] : says ? refused : [stateText(state, job.origin)];
  if (state === 'archived') parts.push(counted.instances(totals.uploaded + totals.present));
  else if (says && done > 0) parts.push(l10n.t('{0} archived', done));
  else if (done > 0) parts.push(l10n.t('{0} of {1}', done, counted.instances(Math.max(done, all))));
  if (active && totals.bytesSent > 0)
    parts.push(l10n.t('{0} of {1}', bytes(totals.bytesSent), bytes(Math.max(bytesTotal, totals.bytesSent))));
  else if (!isFinished(state) && bytesTotal > 0) parts.push(bytes(bytesTotal));
  if (active && speed !== undefined && speed > 0) parts.push(l10n.t('{0}/s', bytes(speed)));
  if (!says) parts.push(...refused);
  if (!paused && nextAttempt !== undefined) parts.push(l10n.t('again at {0}', timeOfDay(nextAttempt)));
  if (isFinished(state)) parts.push(moment(changed));
  if (failure !== undefined && state !== 'archived') parts.push(failure.message);
  return joined(parts);
}

export function studyLabel(number: string, series: readonly QueuedSeries[]): string {
  const place = series.find((one) => one.place)?.place;
  return place?.experiment ?? l10n.t('Study {0}', number);
}

export function studyDescription(series: readonly QueuedSeries[]): string {
  const instances = series.reduce((sum, one) => sum + one.instances, 0);
  const modalities = [...new Set(series.map(({ modality }) => modality))].filter((name) => name !== '');
  return joined([modalities.join(', '), counted.series(series.length), counted.instances(instances)]);
}

export function seriesLabel({ place, modality }: QueuedSeries): string {
  return place?.scan ?? (modality === '' ? l10n.t('Series') : l10n.t('{0} series', modality));
}

export function seriesDescription({
  state,
  done,
  instances,
  failure,
  modality,
  place,
}: QueuedSeries): string {
  return joined([
    place === undefined ? '' : modality,
    stateText(state, { kind: 'files' }),
    l10n.t('{0} of {1}', done, counted.instances(instances)),
    failure?.reason ?? '',
  ]);
}

export function refusedLabel({ status, count }: RefusedCount): string {
  const files = counted.files(count);
  if (status === 'held') return l10n.t('{0} held back', files);
  return status === 'failed' ? l10n.t('{0} failed', files) : l10n.t('{0} skipped', files);
}

/** What a person can do so that files of this kind go on. */
export function adviceOn({ status, code }: RefusedCount, origin: JobOrigin): string {
  if (status === 'skipped') return l10n.t('Nothing: these files are not for the archive.');
  switch (code as ErrorCode) {
    case 'BURNED_IN_TEXT_RISK':
      return l10n.t(
        'The picture itself may show a name, and pixels are not cleaned. Upload a copy without the text, made with a program of your own, or leave these images out.',
      );
    case 'PATIENT_ID_MISSING':
    case 'PATIENT_AMBIGUOUS':
      return l10n.t(
        'Let the files go on, and say whose they are when you are asked. What names two patients has to be corrected where it comes from.',
      );
    case 'NOT_REVIEWED':
      return l10n.t('Upload the folder again: the review shows these files, too.');
    case 'VERIFICATION_FAILED':
    case 'CONTENT_NOT_SUPPORTED':
      return l10n.t(
        'Preview De-identification shows what is in the way. A profile that removes it lets the files go on.',
      );
    case 'SCHEME_MISMATCH':
      return l10n.t(
        'The same images lie in the project under another key or profile. Import that key, or choose another project.',
      );
    case 'WAITS_IN_PREARCHIVE':
      return l10n.t(
        'Ask an owner of the project to archive the session that waits in its prearchive, then let the files go on.',
      );
    case 'SCRIPT_REJECTED':
      return l10n.t('A script of the project refuses them. Ask the owner of the project.');
    case 'DICOM_DAMAGED':
    case 'DUPLICATE_UID':
      return l10n.t('The files are at fault: export them again where they come from.');
    case 'FILE_UNREADABLE':
    case 'FILE_CHANGED':
      return l10n.t('Make sure that the files are there and stay as they are, then try again.');
    default:
      return origin.kind === 'files'
        ? l10n.t('Put right what the reason says, then let the files go on or upload them again.')
        : l10n.t('Put right what the reason says, then let the files go on.');
  }
}

function timeOfDay(time: string): string {
  return new Date(time).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

/** The time of today, the day before that. */
function moment(time: string): string {
  const date = new Date(time);
  return date.toDateString() === new Date().toDateString() ? timeOfDay(time) : date.toLocaleDateString();
}
