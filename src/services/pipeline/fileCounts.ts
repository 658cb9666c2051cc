import type { FileStatus } from './types.js';

/** Files by what became of them, before the first. */
export const noFiles: Readonly<Record<FileStatus, number>> = {
  deidentified: 0,
  uploaded: 0,
  present: 0,
  skipped: 0,
  held: 0,
  failed: 0,
};
