import { l10n } from 'vscode';
import type { QueuedJob } from '../services/queue/types.js';
import { retrieveOutcome, type Difference, type RetrieveOutcome } from '../services/retrieve/outcome.js';
import type { RetrieveEvent, RetrieveProgress, RetrieveResult } from '../services/retrieve/types.js';
import { bytes, counted } from './texts.js';

/** How far a retrieval is, in words without identifiers. */
export interface RetrievalState {
  readonly text: string;
  /** 0 to 1; undefined where nobody knows. */
  readonly part?: number;
  /** What is not on the server, and why. */
  readonly details: readonly string[];
}

/** Undefined for what says nothing to a person. */
export function retrieveState(event: RetrieveEvent): RetrievalState | undefined {
  switch (event.kind) {
    case 'phase':
      return { text: phaseText(event.phase), details: [] };
    case 'planned': {
      const { studies, series, instances } = event;
      const what = [counted.studies(studies), counted.series(series)];
      if (instances !== undefined) what.push(counted.instances(instances));
      return { text: l10n.t('Retrieving {0}', what.join(', ')), details: [] };
    }
    case 'job':
      return undefined;
    case 'progress':
      return progressState(event.progress);
    case 'done':
      return archivedState(event.result, undefined);
  }
}

/** What came of a retrieval and of the job that uploads it; undefined before there is one. */
export function archivedState(result: RetrieveResult, job: QueuedJob | undefined): RetrievalState {
  const { received, unknown, warnings } = result;
  const { expected = received, archived, differences } = (job && retrieveOutcome(job)) ?? beforeJob(result);
  const text = l10n.t('{0} of {1} archived', archived, counted.instances(expected));
  const details = differences.map(differenceText);
  if (unknown > 0) details.push(l10n.t('The PACS knows nothing of {0} of what was chosen.', unknown));
  if (warnings > 0) details.push(l10n.t('The PACS sent {0} with a warning.', counted.instances(warnings)));
  if (job?.failure) details.push(`${job.failure.message} ${job.failure.hint}`.trim());
  return { text, details, ...(expected > 0 && { part: archived / expected }) };
}

function beforeJob({ expected, shortfalls }: RetrieveResult): RetrieveOutcome {
  return { expected, archived: 0, differences: shortfalls.map((each) => ({ ...each, status: 'missing' })) };
}

/** Why instances that the PACS has are not on the server, as one line. */
export function differenceText({ status, code, reason, count }: Difference): string {
  const instances = counted.instances(count);
  const why = code === '' ? reason : `${reason} (${code})`;
  switch (status) {
    case 'missing':
      return l10n.t('{0} did not come: {1}', instances, why);
    case 'held':
      return l10n.t('{0} held back: {1}', instances, why);
    case 'failed':
      return l10n.t('{0} failed: {1}', instances, why);
    case 'skipped':
      return l10n.t('{0} skipped: {1}', instances, why);
    case 'waiting':
      return l10n.t('{0} to be sent: {1}', instances, why);
  }
}

function progressState(progress: RetrieveProgress): RetrievalState {
  const { received, expected, request, requests, failed } = progress;
  const parts = [
    expected === undefined
      ? counted.instances(received)
      : l10n.t('{0} of {1}', received, counted.instances(expected)),
    bytes(progress.bytes),
  ];
  if (requests > 1) parts.push(l10n.t('request {0} of {1}', request, requests));
  if (failed > 0) parts.push(l10n.t('{0} failed', failed));
  const text = l10n.t('Retrieving: {0}', parts.join(', '));
  return { text, details: [], ...(expected !== undefined && expected > 0 && { part: received / expected }) };
}

function phaseText(phase: Extract<RetrieveEvent, { kind: 'phase' }>['phase']): string {
  switch (phase) {
    case 'listing':
      return l10n.t('Asking the PACS what there is');
    case 'retrieving':
      return l10n.t('Retrieving');
    case 'again':
      return l10n.t('Asking again for what did not come');
  }
}
