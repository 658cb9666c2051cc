import type {
  Archive,
  ArchivePath,
  CreateResult,
  DownloadedBody,
  ExperimentRow,
  FileRow,
  ProjectFile,
  ProjectRow,
  ResourceRow,
  ScanRow,
  ServerScript,
  ServerSeriesFilter,
  SubjectRow,
  SubjectTree,
  UploadBody,
} from './archive.js';
import { GiftCloudError } from '../support/errors.js';
import { Semaphore } from '../support/semaphore.js';
import { httpError } from './httpErrors.js';
import { parseSubjectTree } from './items.js';
import { filePath, levelPath, projectPath } from './archivePaths.js';
import { assertLabel } from './labels.js';
import { experimentRow, fileRow, resourceRow, scanRow, uploadDuplicates } from './rows.js';
import { readProjectFile, writeProjectFile } from './projectFiles.js';
import { readSeriesFilters } from './serverFilters.js';
import { readEnabledScripts } from './serverScripts.js';
import { parseTable, type TableRow } from './tables.js';
import { dataOnly, type XnatClient } from './xnatClient.js';

const json = { format: 'json' } as const;

/** The archive of an XNAT server with the GIFT-Cloud extension, over its REST interface. One request per call. */
export class XnatArchive implements Archive {
  private readonly uploads = new Semaphore(4);

  constructor(
    readonly serverUrl: string,
    readonly userName: string,
    private readonly client: XnatClient,
  ) {}

  async signIn(signal?: AbortSignal): Promise<string> {
    await this.client.signIn(signal);
    return this.userName;
  }

  signOut(): Promise<void> {
    return this.client.close();
  }

  async listProjects(signal?: AbortSignal): Promise<readonly ProjectRow[]> {
    // The plain list has everything readable; it is 403 for a user without any project (observed).
    const { status, body } = await this.client.text(
      { method: 'GET', path: '/data/projects', query: json, what: 'list the projects' },
      [200, 403],
      signal,
    );
    if (status === 403) return [];
    return parseTable(body).map((row) => ({
      id: row.text('ID'),
      name: row.text('name'),
      description: row.text('description'),
    }));
  }

  async listSubjects(project: string, signal?: AbortSignal): Promise<readonly SubjectRow[]> {
    const rows = await this.table(
      projectPath(project, 'subjects'),
      { columns: 'ID,label,insert_date' },
      'list the subjects',
      signal,
    );
    return rows.map((row) => ({
      id: row.text('ID'),
      label: row.text('label') || row.text('ID'),
      insertDate: row.text('insert_date'),
    }));
  }

  async listExperiments(
    project: string,
    subject?: string,
    signal?: AbortSignal,
  ): Promise<readonly ExperimentRow[]> {
    const path = levelPath({ project, ...(subject !== undefined && { subject }) }, 'experiments');
    const columns = 'ID,label,UID,xsiType,date,subject_ID,subject_label';
    const rows = await this.table(path, { columns }, 'list the experiments', signal);
    return rows.map(experimentRow);
  }

  async listScans(
    project: string,
    subject: string,
    experiment: string,
    signal?: AbortSignal,
  ): Promise<readonly ScanRow[]> {
    const rows = await this.table(
      levelPath({ project, subject, experiment }, 'scans'),
      {},
      'list the scans',
      signal,
    );
    return rows.map(scanRow);
  }

  async listResources(path: ArchivePath, signal?: AbortSignal): Promise<readonly ResourceRow[]> {
    return (await this.table(levelPath(path, 'resources'), {}, 'list the resources', signal)).map(
      resourceRow,
    );
  }

  async listAllResources(
    project: string,
    subject: string,
    experiment: string,
    signal?: AbortSignal,
  ): Promise<readonly ResourceRow[]> {
    const path = levelPath({ project, subject, experiment }, 'resources');
    return (await this.table(path, { all: 'true' }, 'list the resources', signal)).map(resourceRow);
  }

  async listFiles(path: ArchivePath, resource: string, signal?: AbortSignal): Promise<readonly FileRow[]> {
    return (
      await this.table(levelPath(path, 'resources', resource, 'files'), {}, 'list the files', signal)
    ).map(fileRow);
  }

  readProjectFile(file: ProjectFile, signal?: AbortSignal): Promise<string | undefined> {
    return readProjectFile(this.client, file, signal);
  }

  writeProjectFile(file: ProjectFile, text: string, signal?: AbortSignal): Promise<void> {
    return writeProjectFile(this.client, file, text, signal);
  }

  async enabledScripts(project: string, signal?: AbortSignal): Promise<readonly ServerScript[]> {
    return readEnabledScripts(this.client, project, signal);
  }

  seriesFilters(project: string, signal?: AbortSignal): Promise<readonly ServerSeriesFilter[]> {
    return readSeriesFilters(this.client, project, signal);
  }

  async findSubjectByPseudonym(
    project: string,
    pseudonym: string,
    signal?: AbortSignal,
  ): Promise<SubjectTree | undefined> {
    const path = projectPath(project, 'pseudonyms', pseudonym);
    const { status, body } = await this.client.text(
      { method: 'GET', path, query: json, what: 'look up a pseudonym' },
      [200, 404, 400],
      signal,
    );
    if (status === 404) return undefined;
    if (status === 400) {
      throw new GiftCloudError('EXTENSION_MISSING', 'This server is XNAT without the GIFT-Cloud extension.', {
        hint: 'Uploading needs a server that keeps pseudonyms. Browsing and downloading work.',
        status,
      });
    }
    return parseSubjectTree(dataOnly(body));
  }

  async postPseudonym(
    project: string,
    subjectLabel: string,
    pseudonym: string,
    signal?: AbortSignal,
  ): Promise<'created' | 'exists'> {
    assertLabel('subject', subjectLabel);
    const path = projectPath(project, 'subjects', subjectLabel, 'pseudonyms', pseudonym);
    const { status, body } = await this.client.text(
      { method: 'POST', path, what: 'store a pseudonym' },
      [201, 200, 403, 500],
      signal,
    );
    if (status < 300) return 'created';
    // 403 "Provided PPID exists", and 500 where two posts race (observed): the caller reads who won.
    if (/exists|error occured when adding new pseudonym/i.test(body)) return 'exists';
    throw httpError(status, body, 'store a pseudonym');
  }

  async createSubject(project: string, label: string, signal?: AbortSignal): Promise<CreateResult> {
    assertLabel('subject', label);
    return this.create(projectPath(project, 'subjects', label), {}, 'create a subject', signal);
  }

  async createExperiment(
    path: Parameters<Archive['createExperiment']>[0],
    signal?: AbortSignal,
  ): Promise<CreateResult> {
    assertLabel('experiment', path.experiment);
    const { xsiType, uid: UID } = path;
    return this.create(levelPath(path), { xsiType, UID }, 'create an experiment', signal);
  }

  async createScan(path: Parameters<Archive['createScan']>[0], signal?: AbortSignal): Promise<CreateResult> {
    assertLabel('scan', path.scan);
    const { xsiType, uid: UID } = path;
    return this.create(levelPath(path), { xsiType, UID }, 'create a scan', signal);
  }

  async createResource(
    path: Required<ArchivePath>,
    resource: string,
    signal?: AbortSignal,
  ): Promise<CreateResult> {
    const query = { xsiType: 'xnat:resourceCatalog', format: 'DICOM' };
    return this.create(levelPath(path, 'resources', resource), query, 'create a resource', signal);
  }

  async putZip(
    path: Required<ArchivePath>,
    resource: string,
    zipName: string,
    body: UploadBody,
    signal?: AbortSignal,
  ): Promise<{ readonly duplicates: readonly string[] }> {
    return this.uploads.run(async () => {
      const answer = await this.client.text(
        {
          method: 'PUT',
          path: levelPath(path, 'resources', resource, 'files', zipName),
          query: { extract: 'true' },
          what: 'store files',
          patience: 'slowWrite',
          body: {
            open: () => ({ stream: body.open(signal), length: body.contentLength, type: body.contentType }),
          },
        },
        [200, 201],
        signal,
      );
      return { duplicates: uploadDuplicates(answer.body) };
    }, signal);
  }

  async downloadFile(uri: string, signal?: AbortSignal): Promise<DownloadedBody> {
    return this.download(filePath(uri), {}, signal);
  }

  downloadZip(path: ArchivePath, resource: string, signal?: AbortSignal): Promise<DownloadedBody> {
    return this.download(levelPath(path, 'resources', resource, 'files'), { format: 'zip' }, signal);
  }

  private async download(
    path: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
  ): Promise<DownloadedBody> {
    const answer = await this.client.stream({ method: 'GET', path, query, what: 'download files' }, signal);
    const length = answer.headers['content-length'];
    return {
      contentLength: length === undefined ? undefined : Number(length),
      contentType: String(answer.headers['content-type'] ?? ''),
      stream: answer.stream,
    };
  }

  private async table(
    path: string,
    query: Readonly<Record<string, string>>,
    what: string,
    signal: AbortSignal | undefined,
  ): Promise<readonly TableRow[]> {
    const { body } = await this.client.text(
      { method: 'GET', path, query: { ...json, ...query }, what },
      [200],
      signal,
    );
    return parseTable(body);
  }

  private async create(
    path: string,
    query: Readonly<Record<string, string>>,
    what: string,
    signal: AbortSignal | undefined,
  ): Promise<CreateResult> {
    const { status, body } = await this.client.text(
      { method: 'PUT', path, query, what },
      [200, 201, 409],
      signal,
    );
    return {
      id: /^[\w-]+$/.test(body.trim()) ? body.trim() : '',
      existed: status === 409 || (status === 200 && body.trim() !== ''),
    };
  }
}
