import type { Readable } from 'node:stream';
import type { ImportTarget, PrearchiveSession } from './prearchive.js';
import type { ServerKind } from './serverKind.js';

/**
 * The server as the rest of the program sees it: projects > subjects > experiments > scans > resources > files, and
 * the pseudonym rows of the GIFT-Cloud extension. Implemented by `XnatArchive`; every call may throw
 * `GiftCloudError` (codes SIGN_IN_REFUSED, SERVER_UNREACHABLE, SERVER_TIMEOUT, CERTIFICATE_NOT_TRUSTED, UNEXPECTED_ANSWER,
 * SERVER_ERROR, SERVER_FULL, NOT_FOUND_OR_NOT_ALLOWED, NOT_ALLOWED, INVALID_LABEL, CANCELLED).
 */
export interface ProjectRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

export interface SubjectRow {
  /** Accession ID, e.g. `GiftCloud_S00015`. */
  readonly id: string;
  readonly label: string;
  readonly insertDate: string;
}

export interface ExperimentRow {
  readonly id: string;
  readonly label: string;
  readonly xsiType: string;
  /** Hashed Study Instance UID, in either spelling (`2_25_n`, `2.25.n`); empty when unknown. */
  readonly uid: string;
  readonly date: string;
  readonly subjectId: string;
  readonly subjectLabel: string;
}

export interface ScanRow {
  /** Scan ID within the experiment, e.g. `Series1`. */
  readonly id: string;
  readonly xsiType: string;
  readonly type: string;
  readonly seriesDescription: string;
  readonly quality: string;
}

export interface ResourceRow {
  readonly id: string;
  readonly label: string;
  readonly format: string;
  readonly content: string;
  /** Level the resource hangs on: `scans`, `resources`, ... as the server says, and the scan ID where it is one. */
  readonly category: string;
  readonly scanId: string;
  /** Undefined when the server has not counted. */
  readonly fileCount: number | undefined;
  readonly fileSize: number | undefined;
}

export interface FileRow {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Path below the server's address to fetch it from, e.g. `/data/projects/...`. */
  readonly uri: string;
  /** MD5 in lower-case hex; undefined on servers that have none (XNAT 1.6). */
  readonly digest: string | undefined;
  /** Label of the resource. */
  readonly resource: string;
  /** Id of the resource. */
  readonly resourceId: string;
}

/** A subject with everything below it, as one pseudonym lookup gives it (observed: the whole subject tree). */
export interface SubjectTree {
  readonly id: string;
  readonly label: string;
  readonly experiments: readonly {
    readonly id: string;
    readonly label: string;
    readonly xsiType: string;
    readonly uid: string;
    readonly scans: readonly {
      readonly id: string;
      readonly xsiType: string;
      readonly uid: string;
      readonly resources: readonly { readonly label: string; readonly fileCount: number | undefined }[];
    }[];
  }[];
}

/** A custom field of a subject. A PUT on a subject that exists adds it there, or changes its value (observed). */
export interface SubjectMark {
  readonly name: string;
  readonly value: string;
}

/** A subject with what hangs on it. */
export interface SubjectDocument extends SubjectTree {
  readonly fields: readonly SubjectMark[];
  /** Labels of resources of the subject itself. */
  readonly resources: readonly string[];
}

/** Where a resource hangs; a path without `scan` is a resource of the experiment and so on upwards. */
export interface ArchivePath {
  readonly project: string;
  readonly subject?: string;
  readonly experiment?: string;
  readonly scan?: string;
}

/** What a path leads to below a project; removed with everything in it. */
export type RemovablePath = ArchivePath & { readonly subject: string };

/** A file of a resource that hangs on a project. */
export interface ProjectFile {
  readonly project: string;
  readonly resource: string;
  readonly name: string;
}

/** What a creating PUT did. `existed` is true for 200/409: somebody had the label before us. */
export interface CreateResult {
  /** Accession ID where the server names one. */
  readonly id: string;
  readonly existed: boolean;
}

/** An enabled DicomEdit script of the server. */
export interface ServerScript {
  readonly origin: 'site' | 'project';
  readonly text: string;
}

/** An enabled series import filter of the server, as it is stored: JSON. */
export interface ServerSeriesFilter {
  readonly origin: 'site' | 'project';
  readonly contents: string;
}

export interface UploadBody {
  /** Exact number of bytes that `open` gives: sent as Content-Length, the server refuses chunked bodies. */
  readonly contentLength: number;
  readonly contentType: 'application/zip';
  /** Opens the body; called again when the request has to be repeated after a renewed sign-in. */
  open(signal: AbortSignal | undefined): Readable;
}

export interface DownloadedBody {
  /** Undefined for zips, which the server streams in chunks. */
  readonly contentLength: number | undefined;
  readonly contentType: string;
  readonly stream: Readable;
}

export interface Archive {
  /** Address of the server without trailing slash; safe to show. */
  readonly serverUrl: string;
  readonly userName: string;

  /** Signs in when there is no session yet; gives the user name the server knows. */
  signIn(signal?: AbortSignal): Promise<string>;
  signOut(): Promise<void>;

  /** Such as `1.8.10`; undefined where the server does not tell it. */
  serverVersion(signal?: AbortSignal): Promise<string | undefined>;
  listProjects(signal?: AbortSignal): Promise<readonly ProjectRow[]>;
  /** Ids of the projects that the user may upload into. */
  listWritableProjects(signal?: AbortSignal): Promise<readonly string[]>;
  listSubjects(project: string, signal?: AbortSignal): Promise<readonly SubjectRow[]>;
  /** All experiments of the project in one request, or of one subject. */
  listExperiments(project: string, subject?: string, signal?: AbortSignal): Promise<readonly ExperimentRow[]>;
  /** The labels alone, of all experiments of the project: each new study asks for them. */
  labelsOfExperiments(project: string, signal?: AbortSignal): Promise<readonly string[]>;
  listScans(
    project: string,
    subject: string,
    experiment: string,
    signal?: AbortSignal,
  ): Promise<readonly ScanRow[]>;
  listResources(path: ArchivePath, signal?: AbortSignal): Promise<readonly ResourceRow[]>;
  /** Resources of all scans of one experiment in one request. */
  listAllResources(
    project: string,
    subject: string,
    experiment: string,
    signal?: AbortSignal,
  ): Promise<readonly ResourceRow[]>;
  /** `resource` is a label or an id. An unknown resource is an empty list (observed). */
  listFiles(path: ArchivePath, resource: string, signal?: AbortSignal): Promise<readonly FileRow[]>;

  /** Text of a file of a project resource, undefined when it is not there. */
  readProjectFile(file: ProjectFile, signal?: AbortSignal): Promise<string | undefined>;
  /**
   * Stores a text as a file of a project resource, in place of an older one. For a member the answer is 200 and nothing is
   * stored (observed): read it back.
   */
  writeProjectFile(file: ProjectFile, text: string, signal?: AbortSignal): Promise<void>;

  /** Enabled, non-blank scripts, site before project. Servers without any give an empty list. */
  enabledScripts(project: string, signal?: AbortSignal): Promise<readonly ServerScript[]>;
  /** Enabled series import filters, site before project. Servers without any give an empty list. */
  seriesFilters(project: string, signal?: AbortSignal): Promise<readonly ServerSeriesFilter[]>;

  /**
   * Whether the server has the GIFT-Cloud extension or is XNAT as it comes; asked once per server and remembered. Throws
   * EXTENSION_MISSING where it is neither.
   */
  kindOfServer(project: string, signal?: AbortSignal): Promise<ServerKind>;
  /**
   * The subject that a pseudonym maps to, with its tree; undefined when there is none. Throws PATIENT_AMBIGUOUS where there are
   * several, which only plain XNAT lets happen.
   */
  findSubjectByPseudonym(
    project: string,
    pseudonym: string,
    signal?: AbortSignal,
  ): Promise<SubjectTree | undefined>;
  /** A subject by its label or accession ID, as it is now; undefined when it is not there. */
  readSubject(project: string, subject: string, signal?: AbortSignal): Promise<SubjectDocument | undefined>;
  /** 'exists' where some subject has it already, and for the 500 of a lost race. Always re-read afterwards. */
  postPseudonym(
    project: string,
    subjectLabel: string,
    pseudonym: string,
    signal?: AbortSignal,
  ): Promise<'created' | 'exists'>;
  /** @param mark comes with the subject. The answer says who was first. */
  createSubject(
    project: string,
    label: string,
    signal?: AbortSignal,
    mark?: SubjectMark,
  ): Promise<CreateResult>;
  /** Gives a subject, named by its accession ID, another label; false where another one has that (observed: 409). */
  renameSubject(project: string, id: string, label: string, signal?: AbortSignal): Promise<boolean>;
  createExperiment(
    path: { project: string; subject: string; experiment: string; xsiType: string; uid: string },
    signal?: AbortSignal,
  ): Promise<CreateResult>;
  /** UIDs that an experiment has had, the first one first; none for one that is not there. */
  uidsOfExperiment(project: string, id: string, signal?: AbortSignal): Promise<readonly string[]>;
  createScan(
    path: {
      project: string;
      subject: string;
      experiment: string;
      scan: string;
      xsiType: string;
      uid: string;
    },
    signal?: AbortSignal,
  ): Promise<CreateResult>;
  createResource(path: Required<ArchivePath>, resource: string, signal?: AbortSignal): Promise<CreateResult>;
  /** PUT .../files/NAME.zip?extract=true. Gives the names that were there before and were NOT replaced. A 200 proves nothing: list afterwards. */
  putZip(
    path: Required<ArchivePath>,
    resource: string,
    zipName: string,
    body: UploadBody,
    signal?: AbortSignal,
  ): Promise<{ readonly duplicates: readonly string[] }>;

  /** Sends a zip to the import service; meaning of the calls in prearchive.ts. */
  importZip(target: ImportTarget, body: UploadBody, signal?: AbortSignal): Promise<readonly string[]>;
  listPrearchive(project: string, signal?: AbortSignal): Promise<readonly PrearchiveSession[]>;
  commitSession(
    session: Pick<PrearchiveSession, 'address' | 'source'>,
    signal?: AbortSignal,
  ): Promise<'archived' | 'kept' | 'conflict'>;
  discardSession(address: string, signal?: AbortSignal): Promise<void>;

  /** Whether the user is an owner of the project: they alone may remove anything (GIFT-Cloud server, observed). */
  isOwner(project: string, signal?: AbortSignal): Promise<boolean>;
  /** Removes a file; one that is not there is no error (observed). NOT_ALLOWED for everybody but owners. */
  removeFile(path: ArchivePath, resource: string, name: string, signal?: AbortSignal): Promise<void>;
  /** Removes a subject, experiment or scan with all its files. NOT_ALLOWED for everybody but owners. */
  removeElement(path: RemovablePath, signal?: AbortSignal): Promise<void>;

  /** One file by the `uri` of its row. */
  downloadFile(uri: string, signal?: AbortSignal): Promise<DownloadedBody>;
  /** All files of a resource as one zip. */
  downloadZip(path: ArchivePath, resource: string, signal?: AbortSignal): Promise<DownloadedBody>;
}
