// One file over 300 lines: each call of `Archive` has its line here; the requests and answers lie beside it, by subject.

import type {
  Archive,
  ArchivePath,
  CreateResult,
  DownloadedBody,
  ExperimentRow,
  FileRow,
  ProjectFile,
  ProjectRow,
  RemovablePath,
  ResourceRow,
  ScanRow,
  ServerScript,
  ServerSeriesFilter,
  SubjectDocument,
  SubjectMark,
  SubjectRow,
  SubjectTree,
  UploadBody,
} from './archive.js';
import { Semaphore } from '../support/semaphore.js';
import { filePath, levelPath, projectPath } from './archivePaths.js';
import {
  createResult,
  newExperimentRequest,
  newResourceRequest,
  newScanRequest,
  newSubjectRequest,
} from './creation.js';
import { assertLabel } from './labels.js';
import { Prearchive, type ImportTarget, type PrearchiveSession } from './prearchive.js';
import { putZip } from './putZip.js';
import { experimentRow, fileRow, resourceRow, scanRow, subjectRow } from './rows.js';
import { readProjectFile, writeProjectFile } from './projectFiles.js';
import { listProjects, listWritableProjects } from './projects.js';
import { isOwner, removeElement, removeFile } from './removal.js';
import { readServerVersion } from './serverVersion.js';
import { readSeriesFilters } from './serverFilters.js';
import { ServersInMemory, type KnownServers, type ServerKind } from './serverKind.js';
import { ServerPseudonyms } from './serverPseudonyms.js';
import { readEnabledScripts } from './serverScripts.js';
import { readSubject, uidsOfExperiment } from './documents.js';
import { parseTable, type TableRow } from './tables.js';
import type { ClientRequest, XnatClient } from './xnatClient.js';

const json = { format: 'json' } as const;

/**
 * The archive of an XNAT server over its REST interface. One request per call, but for what plain XNAT knows no request
 * for.
 */
export class XnatArchive implements Archive {
  private readonly uploads = new Semaphore(4);
  private readonly prearchive: Prearchive;
  private readonly pseudonyms: ServerPseudonyms;

  constructor(
    readonly serverUrl: string,
    readonly userName: string,
    private readonly client: XnatClient,
    servers: KnownServers = new ServersInMemory(),
  ) {
    this.prearchive = new Prearchive(client);
    this.pseudonyms = new ServerPseudonyms(client, serverUrl, servers);
  }

  async signIn(signal?: AbortSignal): Promise<string> {
    await this.client.signIn(signal);
    return this.userName;
  }

  signOut(): Promise<void> {
    return this.client.close();
  }

  serverVersion(signal?: AbortSignal): Promise<string | undefined> {
    return readServerVersion(this.client, signal);
  }

  listWritableProjects(signal?: AbortSignal): Promise<readonly string[]> {
    return listWritableProjects(this.client, signal);
  }

  listProjects(signal?: AbortSignal): Promise<readonly ProjectRow[]> {
    return listProjects(this.client, signal);
  }

  async listSubjects(project: string, signal?: AbortSignal): Promise<readonly SubjectRow[]> {
    const rows = await this.table(
      projectPath(project, 'subjects'),
      { columns: 'ID,label,insert_date' },
      'list the subjects',
      signal,
    );
    return rows.map(subjectRow);
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

  async labelsOfExperiments(project: string, signal?: AbortSignal): Promise<readonly string[]> {
    const path = levelPath({ project }, 'experiments');
    const rows = await this.table(path, { columns: 'label' }, 'list the experiments', signal);
    return rows.map((row) => row.text('label'));
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

  kindOfServer(project: string, signal?: AbortSignal): Promise<ServerKind> {
    return this.pseudonyms.kindOfServer(project, signal);
  }

  findSubjectByPseudonym(
    project: string,
    pseudonym: string,
    signal?: AbortSignal,
  ): Promise<SubjectTree | undefined> {
    return this.pseudonyms.find(project, pseudonym, signal);
  }

  postPseudonym(
    project: string,
    subjectLabel: string,
    pseudonym: string,
    signal?: AbortSignal,
  ): Promise<'created' | 'exists'> {
    return this.pseudonyms.post(project, subjectLabel, pseudonym, signal);
  }

  readSubject(project: string, subject: string, signal?: AbortSignal): Promise<SubjectDocument | undefined> {
    return readSubject(this.client, project, subject, signal);
  }

  async createSubject(
    project: string,
    label: string,
    signal?: AbortSignal,
    mark?: SubjectMark,
  ): Promise<CreateResult> {
    return this.create(newSubjectRequest(project, label, mark), signal);
  }

  async renameSubject(project: string, id: string, label: string, signal?: AbortSignal): Promise<boolean> {
    assertLabel('subject', label);
    const path = projectPath(project, 'subjects', id);
    const request = { method: 'PUT', path, query: { label }, what: 'name a subject' } as const;
    return (await this.client.text(request, [200, 201, 409], signal)).status !== 409;
  }

  async createExperiment(
    path: Parameters<Archive['createExperiment']>[0],
    signal?: AbortSignal,
  ): Promise<CreateResult> {
    return this.create(newExperimentRequest(path), signal);
  }

  uidsOfExperiment(project: string, id: string, signal?: AbortSignal): Promise<readonly string[]> {
    return uidsOfExperiment(this.client, project, id, signal);
  }

  async createScan(path: Parameters<Archive['createScan']>[0], signal?: AbortSignal): Promise<CreateResult> {
    return this.create(newScanRequest(path), signal);
  }

  async createResource(
    path: Required<ArchivePath>,
    resource: string,
    signal?: AbortSignal,
  ): Promise<CreateResult> {
    return this.create(newResourceRequest(path, resource), signal);
  }

  putZip(
    path: Required<ArchivePath>,
    resource: string,
    zipName: string,
    body: UploadBody,
    signal?: AbortSignal,
  ): Promise<{ readonly duplicates: readonly string[] }> {
    const place = levelPath(path, 'resources', resource, 'files', zipName);
    return this.uploads.run(() => putZip(this.client, place, body, signal), signal);
  }

  importZip(target: ImportTarget, body: UploadBody, signal?: AbortSignal): Promise<readonly string[]> {
    return this.uploads.run(() => this.prearchive.importZip(target, body, signal), signal);
  }

  listPrearchive(project: string, signal?: AbortSignal): Promise<readonly PrearchiveSession[]> {
    return this.prearchive.list(project, signal);
  }

  commitSession(
    session: Pick<PrearchiveSession, 'address' | 'source'>,
    signal?: AbortSignal,
  ): Promise<'archived' | 'kept' | 'conflict'> {
    return this.prearchive.commit(session, signal);
  }

  discardSession(address: string, signal?: AbortSignal): Promise<void> {
    return this.prearchive.discard(address, signal);
  }

  isOwner(project: string, signal?: AbortSignal): Promise<boolean> {
    return isOwner(this.client, project, this.userName, signal);
  }

  removeFile(path: ArchivePath, resource: string, name: string, signal?: AbortSignal): Promise<void> {
    return removeFile(this.client, path, resource, name, signal);
  }

  removeElement(path: RemovablePath, signal?: AbortSignal): Promise<void> {
    return removeElement(this.client, path, signal);
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

  private async create(request: ClientRequest, signal: AbortSignal | undefined): Promise<CreateResult> {
    const { status, body } = await this.client.text(request, [200, 201, 409], signal);
    return createResult(status, body);
  }
}
