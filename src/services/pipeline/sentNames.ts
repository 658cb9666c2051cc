import type { Archive, FileRow } from '../xnat/archive.js';
import { fetchUids } from './fetchHeader.js';

/** How files are called that keep the name under which they were sent. */
const ownName = /^[\d.]+\.dcm$/;

/**
 * Finds files that came through the import service by the names under which they were sent: the server may have given them
 * others, then their SOP Instance UID tells. Each header is fetched once.
 */
export class SentNames {
  private readonly known = new Map<string, string>();

  constructor(
    private readonly archive: Archive,
    private readonly signal: AbortSignal,
  ) {}

  /** Errors: those of the archive. */
  async of(rows: readonly FileRow[]): Promise<ReadonlyMap<string, FileRow>> {
    const files = new Map<string, FileRow>();
    for (const row of rows) files.set(await this.nameOf(row), row);
    return files;
  }

  private async nameOf(row: FileRow): Promise<string> {
    if (ownName.test(row.name)) return row.name;
    const known = this.known.get(row.uri);
    if (known !== undefined) return known;
    const { sopInstanceUid } = await fetchUids(this.archive, row, this.signal);
    const name = `${sopInstanceUid}.dcm`;
    this.known.set(row.uri, name);
    return name;
  }
}
