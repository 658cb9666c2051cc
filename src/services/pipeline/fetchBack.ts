import { createHash } from 'node:crypto';
import { dicomResource } from '../subjects/seriesPlace.js';
import { GiftCloudError } from '../support/errors.js';
import type { Archive, ArchivePath, FileRow } from '../xnat/archive.js';
import { connectionError } from '../xnat/httpErrors.js';
import { hashStoredZip } from './storedZip.js';

/** From this many files on, one zip is quicker than single files. */
const zipFrom = 3;

export interface FetchedFile {
  readonly size: number;
  readonly sha256: string;
}

/**
 * Fetches files of a resource back and hashes them, by name; nothing is stored. One zip for many of them, so that the
 * number of requests does not grow with the files; single files where the zip does not tell (a name in it that is not
 * ours alone, a form that can't be read on the way).
 * Errors: those of the archive.
 */
export async function fetchBack(
  archive: Archive,
  path: Required<ArchivePath>,
  rows: readonly FileRow[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, FetchedFile>> {
  const found = new Map<string, FetchedFile>();
  if (rows.length >= zipFrom) await fetchZip(archive, path, rows, found, signal);
  for (const row of rows) {
    if (!found.has(row.name)) found.set(row.name, await fetchFile(archive, row, signal));
  }
  return found;
}

async function fetchZip(
  archive: Archive,
  path: Required<ArchivePath>,
  rows: readonly FileRow[],
  found: Map<string, FetchedFile>,
  signal: AbortSignal,
): Promise<void> {
  const wanted = new Set(rows.map((row) => row.name));
  const { stream } = await archive.downloadZip(path, dicomResource, signal);
  try {
    for await (const { name, size, sha256 } of hashStoredZip(stream)) {
      const bare = name.slice(name.lastIndexOf('/') + 1);
      if (wanted.has(bare)) found.set(bare, { size, sha256 });
    }
  } catch (error) {
    if (!GiftCloudError.is(error, 'UNEXPECTED_ANSWER')) throw connectionError(error);
  } finally {
    stream.destroy();
  }
}

async function fetchFile(archive: Archive, row: FileRow, signal: AbortSignal): Promise<FetchedFile> {
  const { stream } = await archive.downloadFile(row.uri, signal);
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      hash.update(chunk);
    }
  } catch (error) {
    throw connectionError(error);
  }
  return { size, sha256: hash.digest('hex') };
}
