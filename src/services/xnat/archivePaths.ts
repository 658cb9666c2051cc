import type { ArchivePath } from './archive.js';
import { assertLabel, pathOf } from './labels.js';
import { unexpectedAnswer } from './tables.js';

/** Below a project; both spellings of the server exist, the one with `/archive` is what its own client uses. */
export function projectPath(project: string, ...below: readonly string[]): string {
  assertLabel('project', project);
  return pathOf('data', 'archive', 'projects', project, ...below);
}

/** Below a project, subject, experiment or scan. */
export function levelPath(
  { project, subject, experiment, scan }: ArchivePath,
  ...below: readonly string[]
): string {
  return projectPath(
    project,
    ...(subject === undefined ? [] : ['subjects', subject]),
    ...(experiment === undefined ? [] : ['experiments', experiment]),
    ...(scan === undefined ? [] : ['scans', scan]),
    ...below,
  );
}

/**
 * Path of a file as the server named it in a list, each segment encoded once.
 * @throws UNEXPECTED_ANSWER for a name that leads out of the server's data.
 */
export function filePath(uri: string): string {
  const parts = uri.split('/').map(decoded);
  if (!/^\/(?:data|REST)\//.test(uri) || parts.includes('..') || parts.includes('.'))
    throw unexpectedAnswer();
  return parts.map(encodeURIComponent).join('/');
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
