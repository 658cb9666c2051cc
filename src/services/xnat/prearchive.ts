import type { UploadBody } from './archive.js';
import { filePath } from './archivePaths.js';
import { assertLabel, pathOf } from './labels.js';
import { bodyOf } from './putZip.js';
import { parseTable, unexpectedAnswer, type TableRow } from './tables.js';
import type { XnatClient } from './xnatClient.js';

/** What the import service is told about the objects of a zip: all of one study. */
export interface ImportTarget {
  readonly project: string;
  readonly subject: string;
  readonly experiment: string;
  /** Who sends them, for the one who looks at the prearchive. */
  readonly source: string;
}

/** What waits between import and archive; `address` is its path, e.g. `/data/prearchive/projects/P/20261126_1/S1-Study1`. */
export interface PrearchiveSession {
  readonly address: string;
  readonly experiment: string;
  readonly subject: string;
  /** Study Instance UID of its objects. */
  readonly uid: string;
  readonly source: string;
  /** RECEIVING, READY, CONFLICT, ERROR; ARCHIVING and the like while the server works on it. */
  readonly status: string;
}

/**
 * The import service, as XNAT's own client uses it: several zips of a study make one session of the prearchive, one commit
 * takes it into the archive. Errors of all calls: those of `Archive`.
 */
export class Prearchive {
  constructor(private readonly client: XnatClient) {}

  /**
   * Sends a zip. Gives the addresses of the sessions that took its objects: one for each study; none where nothing was
   * taken, one under `Unassigned` where the user may not write to the project (observed).
   */
  async importZip(target: ImportTarget, body: UploadBody, signal?: AbortSignal): Promise<readonly string[]> {
    assertLabel('project', target.project);
    assertLabel('subject', target.subject);
    assertLabel('experiment', target.experiment);
    const query = {
      'import-handler': 'DICOM-zip',
      PROJECT_ID: target.project,
      SUBJECT_ID: target.subject,
      EXPT_LABEL: target.experiment,
      // The names of the zip stay. Nothing is said of data that is there: it must be refused, not merged or replaced.
      rename: 'false',
      // The objects are de-identified, and the scripts of the server were honoured: they must not run again.
      prevent_anon: 'true',
      prevent_auto_commit: 'true',
      SOURCE: target.source,
    };
    const path = pathOf('data', 'services', 'import');
    const request = { method: 'POST', path, query, what: 'import files', patience: 'slowWrite' } as const;
    const answer = await this.client.text({ ...request, body: bodyOf(body, signal) }, [200], signal);
    return answer.body.split(/\s+/).filter(Boolean).map(addressOf);
  }

  /** What waits in the prearchive of a project; anyone who is signed in sees it (observed). */
  async list(project: string, signal?: AbortSignal): Promise<readonly PrearchiveSession[]> {
    assertLabel('project', project);
    const path = pathOf('data', 'prearchive', 'projects', project);
    const request = { method: 'GET', path, query: { format: 'json' }, what: 'list the prearchive' } as const;
    return parseTable((await this.client.text(request, [200], signal)).body).flatMap(sessionOf);
  }

  /**
   * Takes a session into the archive: `archived` also when it is not there any more, because somebody else did; `kept` where
   * the project wants a person to archive it; `conflict` where the server would not (observed: 301, 200 and 409).
   */
  async commit(
    { address, source }: Pick<PrearchiveSession, 'address' | 'source'>,
    signal?: AbortSignal,
  ): Promise<'archived' | 'kept' | 'conflict'> {
    const query = { action: 'commit', SOURCE: source };
    const request = { method: 'POST', path: filePath(address), query, what: 'archive a session' } as const;
    const { status, body } = await this.client.text(
      { ...request, patience: 'slowWrite' },
      [200, 301, 303, 404, 409],
      signal,
    );
    if (status === 409) return 'conflict';
    return status === 200 && /^(?:\/data)?\/prearchive\//.test(body.trim()) ? 'kept' : 'archived';
  }

  /** Throws a session away; no error for one that is not there any more (observed), or that is just being archived. */
  async discard(address: string, signal?: AbortSignal): Promise<void> {
    const request = { method: 'DELETE', path: filePath(address), what: 'clean the prearchive' } as const;
    await this.client.text(request, [200, 404, 409], signal);
  }
}

const addressForm = /^\/data\/prearchive\/projects\/[^/]+\/[^/]+\/[^/]+$/;

/** The answer to an import names sessions with `/data`, as observed; older servers may not. */
function addressOf(text: string): string {
  const address = `/data${text.replace(/^\/data/, '')}`;
  if (!addressForm.test(address)) throw unexpectedAnswer();
  return address;
}

/** Rows whose address is none are of no use to anybody. */
function sessionOf(row: TableRow): PrearchiveSession[] {
  const address = `/data${row.text('url').replace(/^\/data/, '')}`;
  if (!addressForm.test(address)) return [];
  return [
    {
      address,
      experiment: row.text('name') || row.text('folderName'),
      subject: row.text('subject'),
      uid: row.text('tag'),
      source: row.text('SOURCE'),
      status: row.text('status'),
    },
  ];
}
