import type { ArchivePath } from '../services/xnat/archive.js';
import { usage } from './options.js';

/** Reads `PROJECT[/SUBJECT[/EXPERIMENT[/SCAN]]]`; empty text is the server itself. */
export function splitArchivePath(text: string): Partial<ArchivePath> {
  const parts = text.split('/').filter((part) => part !== '');
  if (parts.length > 4) throw usage('A path has at most four parts: PROJECT/SUBJECT/EXPERIMENT/SCAN.');
  const [project, subject, experiment, scan] = parts;
  return {
    ...(project !== undefined && { project }),
    ...(subject !== undefined && { subject }),
    ...(experiment !== undefined && { experiment }),
    ...(scan !== undefined && { scan }),
  };
}
