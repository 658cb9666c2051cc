import { assertLabel } from '../xnat/labels.js';

/** First part of new subject labels unless the user chose another (GIFT-Cloud, default of the original uploader). */
export const defaultSubjectPrefix = 'AutoUploadSubject';

/**
 * Refuses a prefix that could not be part of a label, before anything is sent: the server answers it with a bare 500 and
 * still uses up a number (GIFT-Cloud server, observed). Errors: INVALID_LABEL.
 */
export function checkedPrefix(prefix: string): string {
  assertLabel('subject prefix', prefix);
  assertLabel('subject prefix', `${prefix}00000-Study000`);
  return prefix;
}

/** `<prefix>00001`; a number is taken also when it stands there without zeros, as older uploaders wrote it. */
export function nextSubjectLabel(prefix: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const label = `${prefix}${String(number).padStart(5, '0')}`;
    if (!taken.has(label) && !taken.has(`${prefix}${number}`)) return label;
  }
}

/** `<subject>-Study<N>`; labels of experiments are unique in the whole project. */
export function nextExperimentLabel(subject: string, taken: ReadonlySet<string>): string {
  return nextNumbered(`${subject}-Study`, taken);
}

/** `Series<N>`, unique within the experiment. */
export function nextScanLabel(taken: ReadonlySet<string>): string {
  return nextNumbered('Series', taken);
}

function nextNumbered(stem: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    if (!taken.has(`${stem}${number}`)) return `${stem}${number}`;
  }
}
