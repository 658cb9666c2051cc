import { commands as editorCommands, l10n } from 'vscode';
import type {
  PipelineEvent,
  PipelinePhase,
  Receipt,
  RefusalCount,
  SeriesPlace,
  Totals,
} from '../services/pipeline/types.js';
import type { ErrorCode } from '../services/support/errors.js';
import { commands } from './contributions.js';
import type { Dialogs, Severity } from './dialogs.js';
import type { ProgressState } from './progressThrottle.js';
import type { RefusedFiles } from './refusedFiles.js';
import { bytes, counted, refusedLines } from './texts.js';

/** What an event of the pipeline looks like in the progress notification. */
export function pipelineProgress(event: PipelineEvent): ProgressState | undefined {
  switch (event.kind) {
    case 'phase':
      return { message: phaseText(event.phase), urgent: true };
    case 'discovering':
      return {
        message: l10n.t(
          'looking for DICOM, {0} seen, {1} found',
          counted.files(event.filesSeen),
          counted.instances(event.instances),
        ),
      };
    case 'progress':
      return {
        message: l10n.t(
          '{0} of {1}, {2}',
          event.instancesDone,
          counted.instances(event.instancesTotal),
          bytes(event.bytesSent),
        ),
        // What is there already is done without being sent.
        fraction: Math.max(
          share(event.bytesSent, event.bytesTotal),
          share(event.instancesDone, event.instancesTotal),
        ),
      };
    case 'review':
    case 'file':
    case 'planned':
    case 'seriesState':
    case 'subject':
    case 'series':
    case 'warning':
    case 'receipt':
      return undefined;
  }
}

function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

function phaseText(phase: PipelinePhase): string {
  switch (phase) {
    case 'discover':
      return l10n.t('looking for DICOM');
    case 'review':
      return l10n.t('waiting for your review');
    case 'pseudonymise':
      return l10n.t('looking up subjects');
    case 'anonymise':
    case 'upload':
      return l10n.t('anonymising and sending');
    case 'confirm':
      return l10n.t('checking what arrived');
    case 'receipt':
      return l10n.t('writing the receipt');
  }
}

/** Where data went. */
export type SubjectPlace = Pick<SeriesPlace, 'project' | 'subject'>;

/** The result in one message; where the data is, the receipt and the files that were not sent are one click away. */
export async function showOutcome(
  receipt: Receipt,
  files: RefusedFiles,
  dialogs: Dialogs,
  showSubject: (place: SubjectPlace) => void,
): Promise<void> {
  const { totals, series } = receipt;
  const place = series.find(({ instances }) => instances.length > 0)?.place;
  const actions = new Map<string, () => unknown>();
  if (place) actions.set(l10n.t('Show in Archive'), () => showSubject(place));
  actions.set(l10n.t('Show Receipt'), () => editorCommands.executeCommand(commands.showReceipt));
  if (files.count > 0) actions.set(l10n.t('Show Files'), () => files.show(dialogs));
  const chosen = await dialogs.notify(severityOf(totals), outcomeText(receipt), [...actions.keys()]);
  if (chosen !== undefined) await actions.get(chosen)?.();
}

/** A review that found nothing to send. */
export async function showNothingToSend(
  refused: readonly RefusalCount[],
  files: RefusedFiles,
  dialogs: Dialogs,
): Promise<void> {
  const showFiles = l10n.t('Show Files');
  const text = refused.length === 0 ? l10n.t('No file was found.') : refusedLines(refused).join(' ');
  const chosen = await dialogs.notify(
    'warning',
    l10n.t('There is nothing to upload. {0}', text),
    files.count > 0 ? [showFiles] : [],
  );
  if (chosen === showFiles) await files.show(dialogs);
}

/** What stays on the server of an upload that was cancelled. */
export function cancelledText(archived: number): string {
  return l10n.t(
    'The upload was cancelled. {0} had been archived; uploading again sends only the rest.',
    counted.instances(archived),
  );
}

/** More reasons than fit into a message are counted only. */
const shownReasons = 2;

function severityOf({ uploaded, present, held, failed }: Totals): Severity {
  if (failed > 0 && uploaded + present === 0) return 'error';
  return failed + held > 0 ? 'warning' : 'info';
}

/** Failures that lie in the file itself: uploading it again does not help. */
const lastingFailures: ReadonlySet<ErrorCode> = new Set([
  'DICOM_DAMAGED',
  'CONTENT_NOT_SUPPORTED',
  'DUPLICATE_UID',
  'FILE_UNREADABLE',
]);

function outcomeText({ totals, refused, contentReplaced }: Receipt): string {
  const parts = [mainOutcome(totals)];
  if (contentReplaced > 0) {
    const documents = counted.documents(contentReplaced);
    parts.push(l10n.t('The content of {0} was replaced, as the profile requires.', documents));
  }
  const notable = refused.filter(({ status }) => status !== 'skipped');
  if (notable.length <= shownReasons) parts.push(...refusedLines(notable));
  else {
    if (totals.held > 0) parts.push(l10n.t('Held back: {0}.', counted.files(totals.held)));
    if (totals.failed > 0) parts.push(l10n.t('Failed: {0}.', counted.files(totals.failed)));
  }
  if (refused.some(({ status, code }) => status === 'failed' && !lastingFailures.has(code))) {
    parts.push(l10n.t('Uploading again sends only what is missing.'));
  }
  if (totals.skipped > 0) parts.push(l10n.t('Skipped: {0}.', counted.files(totals.skipped)));
  return parts.join(' ');
}

function mainOutcome(totals: Totals): string {
  if (totals.uploaded > 0 && totals.present > 0) {
    return l10n.t(
      'Archived {0}; {1} were there already.',
      counted.instances(totals.uploaded),
      String(totals.present),
    );
  }
  if (totals.uploaded > 0) return l10n.t('Archived {0}.', counted.instances(totals.uploaded));
  if (totals.present > 0) {
    return l10n.t('Nothing new: {0} archived already.', counted.instances(totals.present));
  }
  return l10n.t('Nothing was uploaded.');
}
