import { randomBytes } from 'node:crypto';
import { dicomResource } from '../subjects/seriesPlace.js';
import type { Archive, ArchivePath, FileRow, UploadBody } from '../xnat/archive.js';
import { fetchBack, type FetchedFile } from './fetchBack.js';

/** Where the objects of one series go: what the stages know of a way into the archive. Errors: those of the archive. */
export interface SeriesStore {
  /** What the archive holds of the series, by the name that `archiveName` gives to an object. */
  list(): Promise<ReadonlyMap<string, FileRow>>;
  /** Gives the names that were there before and were not replaced. A good answer proves nothing: list afterwards. */
  put(body: UploadBody): Promise<{ readonly duplicates: readonly string[] }>;
  /** Whether a file of another size than was sent is the object of this name all the same. */
  isSameObject(name: string, row: FileRow): Promise<boolean>;
  /** Fetches files back and hashes them, by the names of their rows. */
  fetchBack(rows: readonly FileRow[]): Promise<ReadonlyMap<string, FetchedFile>>;
}

/** The resource of a scan that zips are unpacked into: bytes and names stay as they were sent (GIFT-Cloud server, observed). */
export class ResourceStore implements SeriesStore {
  constructor(
    private readonly archive: Archive,
    private readonly path: Required<ArchivePath>,
    private readonly signal: AbortSignal,
  ) {}

  async list(): Promise<ReadonlyMap<string, FileRow>> {
    const rows = await this.archive.listFiles(this.path, dicomResource, this.signal);
    return new Map(rows.map((row) => [row.name, row]));
  }

  put(body: UploadBody): Promise<{ readonly duplicates: readonly string[] }> {
    const name = `batch-${randomBytes(6).toString('hex')}.zip`;
    return this.archive.putZip(this.path, dicomResource, name, body, this.signal);
  }

  isSameObject(): Promise<boolean> {
    return Promise.resolve(false);
  }

  fetchBack(rows: readonly FileRow[]): Promise<ReadonlyMap<string, FetchedFile>> {
    return fetchBack(this.archive, this.path, rows, this.signal);
  }
}
