import { dicomResource } from '../subjects/seriesPlace.js';
import { uidInRows } from '../subjects/pseudonyms.js';
import type { StudyPlace } from '../subjects/studyPlace.js';
import { GiftCloudError } from '../support/errors.js';
import type { ArchivePath, FileRow, UploadBody } from '../xnat/archive.js';
import type { UploadContext } from './context.js';
import { fetchBack, type FetchedFile } from './fetchBack.js';
import { fetchUids } from './fetchHeader.js';
import type { ImportedScan, ImportSession } from './importSession.js';
import { SentNames } from './sentNames.js';
import { ResourceStore, type SeriesStore } from './seriesStore.js';
import { readAgain } from './transient.js';

/**
 * A series that goes through the import service. Scan IDs and file names are the server's there, so the scan is found by
 * its Series Instance UID, and files that have other names than ours by their SOP Instance UID.
 */
export class ImportedSeries implements SeriesStore {
  private readonly names: SentNames;

  constructor(
    private readonly context: UploadContext,
    private readonly session: ImportSession,
    private readonly place: StudyPlace,
    /** In the spelling of rows. */
    private readonly uids: { readonly study: string; readonly series: string },
    private readonly signal: AbortSignal,
  ) {
    this.names = new SentNames(context.archive, signal);
  }

  /** The scan of the series, once something of it was archived. */
  scan(): Promise<ImportedScan | undefined> {
    return this.session.scanOf(this.uids.series);
  }

  async list(): Promise<ReadonlyMap<string, FileRow>> {
    const scan = await this.scan();
    return scan === undefined ? new Map() : this.filesOf(scan);
  }

  async put(body: UploadBody): Promise<{ readonly duplicates: readonly string[] }> {
    await this.session.put(body);
    return { duplicates: [] };
  }

  /** The server may have written something into it: its UIDs tell. Errors: UID_CHANGED, those of the archive. */
  async isSameObject(name: string, row: FileRow): Promise<boolean> {
    await this.assertUidsKept(name, row);
    this.context.warn(
      'CHANGED_BY_SERVER',
      'The server wrote something into the files that it archived (their size changed), although it was asked not to. ' +
        'Their UIDs are unchanged; what else its anonymisation script did, its administrator knows.',
    );
    return true;
  }

  async fetchBack(rows: readonly FileRow[]): Promise<ReadonlyMap<string, FetchedFile>> {
    const scan = await this.scan();
    if (scan === undefined || rows.length === 0) return new Map();
    return fetchBack(this.context.archive, this.pathOf(scan), rows, this.signal);
  }

  /**
   * Looks at what arrived of these files whether the server left the UIDs as they are: by them alone the data is found
   * again. One header a series: what changes UIDs changes those of all objects. Errors: UID_CHANGED, those of the archive.
   */
  async assertArrivedAsSent(names: ReadonlySet<string>): Promise<void> {
    const files = await this.list();
    for (const [name, row] of files) {
      if (names.has(name)) return this.assertUidsKept(name, row);
    }
    for (const scan of await this.session.scansHere()) {
      for (const name of (await this.filesOf(scan)).keys()) if (names.has(name)) throw uidChanged();
    }
  }

  private async assertUidsKept(name: string, row: FileRow): Promise<void> {
    const { archive, pace } = this.context;
    const uids = await readAgain(() => fetchUids(archive, row, this.signal), pace.resendMs, this.signal);
    const kept =
      `${uids.sopInstanceUid}.dcm` === name &&
      uidInRows(uids.seriesInstanceUid) === this.uids.series &&
      uidInRows(uids.studyInstanceUid) === this.uids.study;
    if (!kept) throw uidChanged();
  }

  private async filesOf(scan: ImportedScan): Promise<ReadonlyMap<string, FileRow>> {
    const { archive } = this.context;
    const rows = await archive.listFiles(this.pathOf(scan), dicomResource, this.signal);
    return this.names.of(rows);
  }

  private pathOf({ experimentId, id }: ImportedScan): Required<ArchivePath> {
    const { project, subject } = this.place;
    return { project, subject, experiment: experimentId, scan: id };
  }
}

function uidChanged(): GiftCloudError {
  return new GiftCloudError('UID_CHANGED', 'The server changed UIDs of the files that it archived.', {
    hint: 'Its anonymisation script runs on imports: ask the administrator to take the UIDs out of it. What was sent would not be found again.',
  });
}

/** The resource of a scan that came through the import service, for what is added to it. */
export class ImportedResource extends ResourceStore {
  private readonly names: SentNames;

  constructor(...parameters: ConstructorParameters<typeof ResourceStore>) {
    super(...parameters);
    const [archive, , signal] = parameters;
    this.names = new SentNames(archive, signal);
  }

  override async list(): Promise<ReadonlyMap<string, FileRow>> {
    return this.names.of([...(await super.list()).values()]);
  }
}
