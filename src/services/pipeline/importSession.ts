import { uidInRows } from '../subjects/pseudonyms.js';
import type { StudyPlace } from '../subjects/studyPlace.js';
import { experimentsOf, scansOf } from '../subjects/treeRows.js';
import { delay } from '../support/abortableDelay.js';
import { GiftCloudError } from '../support/errors.js';
import type { SubjectTree, UploadBody } from '../xnat/archive.js';
import type { PrearchiveSession } from '../xnat/prearchive.js';
import type { UploadContext } from './context.js';
import { PlaceLost } from './placeLost.js';
import { isTransient } from './transient.js';

/** How often a session is committed that the server does not take yet. */
const commits = 8;

export interface ImportedScan {
  readonly experimentId: string;
  readonly id: string;
  /** Series Instance UID in the spelling of rows. */
  readonly uid: string;
}

/**
 * The way of one study through the import service: zips go into sessions of the prearchive, and before anybody looks what
 * arrived they are committed, once. The caller lets one study of a patient through at a time.
 */
export class ImportSession {
  /** Something may lie in the prearchive that was not committed. */
  private open = false;
  private readonly addresses = new Set<string>();
  private committed = false;
  private tree: SubjectTree | undefined;

  /**
   * @param check reads once more whose the place is, and gives the subject; throws PlaceLost.
   * @param source by which our sessions are known.
   */
  constructor(
    private readonly context: UploadContext,
    private readonly place: StudyPlace,
    private readonly studyUid: string,
    private readonly source: string,
    private readonly check: (dataSent: boolean) => Promise<SubjectTree>,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Commits what an earlier run of this state folder left in the prearchive, or throws it away where the study is archived
   * already or the server won't have it: what is missing is sent anew. Errors: those of the archive, PlaceLost when the study
   * is in the archive now, WAITS_IN_PREARCHIVE, ARCHIVE_CONFLICT.
   */
  async takeUpLeftovers(): Promise<void> {
    const { archive } = this.context;
    let isArchived = false;
    for (const { address, subject } of await this.waiting()) {
      const fits = this.place.experimentId === undefined && !isArchived && subject === this.place.subject;
      if (fits && (await this.commit(address, 1)) === 'archived') isArchived = true;
      else await archive.discardSession(address, this.signal);
    }
    if (isArchived) throw new PlaceLost(false);
  }

  /** Errors: those of the archive, which may have taken it all the same; NOT_ALLOWED where the server put the objects aside. */
  async put(body: UploadBody): Promise<void> {
    const { project, subject, experiment } = this.place;
    const { archive } = this.context;
    this.open = true;
    const target = { project, subject, experiment, source: this.source };
    for (const address of await archive.importZip(target, body, this.signal)) {
      if (!address.startsWith(`/data/prearchive/projects/${project}/`)) throw putAside();
      this.addresses.add(address);
    }
  }

  /** The scan that holds a series, after everything that was sent was committed. Errors: as `takeUpLeftovers`. */
  async scanOf(seriesUid: string): Promise<ImportedScan | undefined> {
    const [experiment] = experimentsOf(await this.archived(), this.studyUid);
    if (experiment === undefined) return undefined;
    const [scan] = scansOf(experiment, seriesUid);
    return scan && { experimentId: experiment.id, id: scan.id, uid: uidInRows(scan.uid) };
  }

  /** All scans under the label of the study, whatever study the server says they are of. */
  async scansHere(): Promise<readonly ImportedScan[]> {
    const { experiments } = await this.archived();
    return experiments
      .filter(({ label }) => label === this.place.experiment)
      .flatMap(({ id: experimentId, scans }) =>
        scans.map(({ id, uid }) => ({ experimentId, id, uid: uidInRows(uid) })),
      );
  }

  /** The subject with what the archive holds now. */
  private async archived(): Promise<SubjectTree> {
    if (!this.open) return (this.tree ??= await this.check(this.committed));
    await this.check(this.committed);
    const waiting = await this.waiting();
    for (const { address } of waiting) this.addresses.add(address);
    for (const address of this.addresses) {
      const outcome = await this.commit(address, commits);
      if (outcome === 'conflict') throw await this.conflict(address);
      this.addresses.delete(address);
    }
    this.open = false;
    this.committed = true;
    this.tree = await this.check(true);
    return this.tree;
  }

  /** Our sessions of this study. */
  private async waiting(): Promise<readonly PrearchiveSession[]> {
    const { archive, project } = this.context;
    const sessions = await archive.listPrearchive(project, this.signal);
    return sessions.filter(({ source, uid }) => source === this.source && uidInRows(uid) === this.studyUid);
  }

  private async commit(address: string, times: number): Promise<'archived' | 'conflict'> {
    const { archive, project, pace } = this.context;
    for (let time = 1; ; time++) {
      const outcome = await archive
        .commitSession({ address, source: this.source }, this.signal)
        .catch((error: unknown) => {
          if (!isTransient(error)) throw error;
          return 'lost' as const;
        });
      if (outcome === 'kept') throw this.waitsForPerson();
      if (outcome === 'archived') return outcome;
      const sessions = await archive.listPrearchive(project, this.signal);
      if (sessions.every((session) => session.address !== address)) return 'archived';
      if (outcome === 'conflict' && (time === times || (await this.isThere()))) return outcome;
      if (time === times) throw this.notArchived();
      await delay(pace.resendMs * Math.random() * time, this.signal);
    }
  }

  /** Whether waiting is in vain: the label or the study went to somebody else. */
  private async isThere(): Promise<boolean> {
    const { archive, project } = this.context;
    const { experiment, subjectId } = this.place;
    const rows = await archive.listExperiments(project, undefined, this.signal);
    return rows.some(
      (row) =>
        row.label === experiment || (row.subjectId === subjectId && uidInRows(row.uid) === this.studyUid),
    );
  }

  private async conflict(address: string): Promise<GiftCloudError> {
    if (!(await this.isThere())) return this.notArchived();
    await this.context.archive.discardSession(address, this.signal);
    return new PlaceLost(false);
  }

  private waitsForPerson(): GiftCloudError {
    return new GiftCloudError(
      'WAITS_IN_PREARCHIVE',
      `The project keeps what is sent in its prearchive: session ${this.place.experiment} waits there for a person to archive it.`,
      { hint: 'Ask a project owner to archive it, then repeat the action: what is archived is recognised.' },
    );
  }

  private notArchived(): GiftCloudError {
    return new GiftCloudError(
      'ARCHIVE_CONFLICT',
      `The server did not take session ${this.place.experiment} from its prearchive into the archive.`,
      {
        hint: 'It may still be at work on the same session: repeat the action later, or ask a project owner to look at the prearchive.',
        retryable: true,
      },
    );
  }
}

/** What a user may not write into a project goes to sessions that only administrators see (observed). */
function putAside(): GiftCloudError {
  return new GiftCloudError(
    'NOT_ALLOWED',
    'You may not upload to this project: the server put the files aside.',
    {
      hint: 'Ask an owner of the project for more rights, and an administrator to empty the prearchive "Unassigned".',
    },
  );
}
