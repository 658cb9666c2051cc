import type { Logger } from '../support/logger.js';
import type { Archive } from '../xnat/archive.js';
import { DownloadRun } from './downloadRun.js';
import type { DownloadEvent, DownloadPace, DownloadRequest } from './types.js';

/** A short hiccup costs a second, a server that restarts half a minute; longer is left to the person. */
const usualPace: DownloadPace = { item: [300, 1500], server: [2000, 5000, 10_000, 15_000] };

export interface DownloadTools {
  readonly logger: Logger;
  readonly pace?: DownloadPace;
}

/**
 * Downloads what was chosen, several files at a time, while the rest is still being listed. Each file arrives beside its
 * place under another name, is compared with the server's list (size, and MD5 where the list has it), made durable and
 * renamed. Repeating it fetches only what is missing: files that are there and correct are left alone, files that a person
 * put there or changed are never touched (a `file` event with FILE_EXISTS), and files that are still as they arrived give
 * way to what the server has now.
 *
 * What concerns one file, resource or experiment is an event, and the rest goes on. What concerns all ends it with one
 * error: those of the archive for what was named, SERVER_UNREACHABLE and the like when the server stays away, DISK_FULL,
 * CANCELLED, FILE_UNREADABLE and FILE_EXISTS for the target folder itself. Nothing half-written is left then.
 */
export function download(
  archive: Archive,
  request: DownloadRequest,
  { logger, pace = usualPace }: DownloadTools,
  signal?: AbortSignal,
): AsyncGenerator<DownloadEvent, void, undefined> {
  return new DownloadRun(archive, request, logger, pace).run(signal);
}
