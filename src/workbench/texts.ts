import { l10n } from 'vscode';
import type { PreviewSummary } from '../services/pipeline/preview.js';
import type { RefusalCount, UploadReview } from '../services/pipeline/types.js';
import type { GiftCloudError } from '../services/support/errors.js';

/** Counted nouns, each with its own singular so that translations can differ. */
export const counted = {
  patients: (n: number) => (n === 1 ? l10n.t('1 patient') : l10n.t('{0} patients', n)),
  studies: (n: number) => (n === 1 ? l10n.t('1 study') : l10n.t('{0} studies', n)),
  associations: (n: number) => (n === 1 ? l10n.t('1 association') : l10n.t('{0} associations', n)),
  series: (n: number) => (n === 1 ? l10n.t('1 series') : l10n.t('{0} series', n)),
  instances: (n: number) => (n === 1 ? l10n.t('1 instance') : l10n.t('{0} instances', n)),
  documents: (n: number) =>
    n === 1 ? l10n.t('1 report or document') : l10n.t('{0} reports or documents', n),
  texts: (n: number) => (n === 1 ? l10n.t('1 kept text') : l10n.t('{0} kept texts', n)),
  places: (n: number) =>
    n === 1 ? l10n.t('1 scan, experiment or subject') : l10n.t('{0} scans, experiments and subjects', n),
  files: (n: number) => (n === 1 ? l10n.t('1 file') : l10n.t('{0} files', n)),
};

export function bytes(n: number): string {
  if (n < 1000) return l10n.t('{0} bytes', n);
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = n / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? ''}`;
}

/** One sentence with what to do next. */
export function errorText(error: GiftCloudError): string {
  return error.hint === '' ? error.message : `${error.message} ${error.hint}`;
}

/** What was found and what will not be sent; counts and reasons only, see docs/privacy.md. */
export function reviewText(review: UploadReview, subject?: string): string {
  const found = l10n.t(
    '{0}, {1}, {2} of {3} ({4})',
    counted.studies(review.studies),
    counted.series(review.series),
    counted.instances(review.instances),
    counted.patients(review.patients),
    bytes(review.bytes),
  );
  const profile = l10n.t('De-identification profile: {0}', review.profile);
  const lines = [found, profile];
  if (review.sample && review.sample.objects > 0) lines.push(sampleText(review.sample));
  // Whose data it is, only the server knows: it is asked after this review.
  if (subject !== undefined) lines.push(l10n.t('Data of anybody else than {0} will be held back.', subject));
  const refused = refusedLines(review.refused);
  if (refused.length > 0) lines.push('', l10n.t('Not sent:'), ...refused);
  return lines.join('\n');
}

/** What becomes of the first object of each series, in one line. */
function sampleText({ objects, counts, kept, texts }: PreviewSummary): string {
  return l10n.t(
    'Attributes of {0}, one of each series: {1} removed, {2} emptied, {3} replaced, {4} with new UIDs, {5} kept. {6} to look over.',
    counted.instances(objects),
    counts.removed + counts.privateRemoved + counts.unknownRemoved,
    counts.emptied,
    counts.replaced,
    counts.uidsReplaced,
    kept,
    counted.texts(texts.length),
  );
}

/** Damaged files alone have dozens of reasons: a dialog with more lines would not fit the screen. */
const shownReasons = 8;
const order: readonly RefusalCount['status'][] = ['held', 'failed', 'skipped'];

/** One line a reason: what a person may want to do something about first, then by number of files. */
export function refusedLines(refused: readonly RefusalCount[]): string[] {
  const sorted = refused.toSorted(
    (a, b) => order.indexOf(a.status) - order.indexOf(b.status) || b.count - a.count,
  );
  const lines = sorted.slice(0, shownReasons).map(refusedLine);
  const rest = sorted.slice(shownReasons).reduce((sum, { count }) => sum + count, 0);
  return rest === 0 ? lines : [...lines, l10n.t('{0} for other reasons', counted.files(rest))];
}

function refusedLine({ status, count, reason }: RefusalCount): string {
  const files = counted.files(count);
  if (status === 'held') return l10n.t('{0} held back: {1}', files, reason);
  if (status === 'failed') return l10n.t('{0} failed: {1}', files, reason);
  return l10n.t('{0} skipped: {1}', files, reason);
}
