import type { KeyedLock } from '../support/keyedLock.js';
import type { Logger } from '../support/logger.js';
import type { Archive } from '../xnat/archive.js';
import type { ProjectOnServer } from '../patients/types.js';
import type { SubjectSteps } from './subjectSteps.js';

/** What finding and making places on the server needs. */
export interface ArchiveContext {
  readonly archive: Archive;
  readonly project: string;
  readonly subjectPrefix: string;
  readonly steps: SubjectSteps;
  /** Shared by everything this process does, so that it never races with itself. */
  readonly locks: KeyedLock;
  readonly logger: Logger;
  /** Tells the user; labels and codes only. */
  warn(code: string, message: string): void;
}

/** The project on its server. */
export function placeOf({ archive, project }: Pick<ArchiveContext, 'archive' | 'project'>): ProjectOnServer {
  return { server: archive.serverUrl, project };
}

/** Key for locks: the same server and project in the whole process. */
export function lockKey({ archive, project }: ArchiveContext, what: string): string {
  return JSON.stringify([archive.serverUrl, project, what]);
}
