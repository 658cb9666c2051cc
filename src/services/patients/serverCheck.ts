import type { Archive } from '../xnat/archive.js';
import type { KnownPatient } from './types.js';

/** What the server says of a patient that is known here; its row decides (design: safety, 4). */
export type ServerSays = 'same' | 'other subject' | 'not there';

/** Asks the server to which subject it maps a pseudonym. Errors: those of the archive. */
export async function askServer(
  archive: Archive,
  { project, pseudonym, subject }: Pick<KnownPatient, 'project' | 'pseudonym' | 'subject'>,
  signal?: AbortSignal,
): Promise<ServerSays> {
  const tree = await archive.findSubjectByPseudonym(project, pseudonym, signal);
  if (tree === undefined) return 'not there';
  return tree.label === subject ? 'same' : 'other subject';
}
