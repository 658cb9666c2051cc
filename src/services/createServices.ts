import type { ExplainOutcome } from './deid/explain/types.js';
import type { Profile } from './deid/profiles/profile.js';
import { resolveProfile } from './deid/profiles/resolveProfile.js';
import type { ScriptSource } from './deid/types.js';
import { giftCloudUidMapper } from './deid/uidMap.js';
import { scriptHelp, type ScriptHelp } from './dicomedit/scriptHelp.js';
import { download } from './download/download.js';
import type { DownloadEvent, DownloadRequest } from './download/types.js';
import { runAnonymise, type LocalTools } from './pipeline/anonymiseLocal.js';
import { KeyStore, type AskPassphrase } from './keys/keyStore.js';
import { ProjectKeys } from './keys/projectKeys.js';
import type { SchemeName } from './keys/scheme.js';
import { PatientFile } from './patients/patientFile.js';
import type { UploadTools } from './pipeline/pipeline.js';
import {
  explainFile,
  runPreview,
  type PreviewEvent,
  type PreviewedAs,
  type PreviewRequest,
} from './pipeline/preview.js';
import type { Confirm, PipelineEvent, ProofOfArrival } from './pipeline/types.js';
import { stateSealer } from './queue/stateSealer.js';
import { FileTransferQueue } from './queue/transferQueue.js';
import type { TransferQueue } from './queue/types.js';
import { SpareSubjects } from './subjects/spareSubjects.js';
import type { DisposableLike } from './support/disposable.js';
import { KeyedLock } from './support/keyedLock.js';
import type { Logger } from './support/logger.js';
import type { DeidEngine } from './worker/deidEngine.js';
import { DeidWorker } from './worker/deidWorker.js';
import { InProcessDeid } from './worker/inProcessDeid.js';
import { InProcessWriter } from './worker/inProcessWriter.js';
import { WorkerThread } from './worker/workerThread.js';
import { WriterWorker } from './worker/writerWorker.js';
import type { Archive } from './xnat/archive.js';
import { probeServerCertificate } from './xnat/certificates.js';
import { openXnatArchive } from './xnat/openArchive.js';
import { parseServerAddress } from './xnat/serverAddress.js';

/** How to reach one server. */
export interface ServerConnection {
  /** https, or http on a loopback address only; a sub-path is allowed. */
  readonly url: string;
  readonly userName: string;
  /** Asked at most once per sign-in; undefined when the person gives up. A refused password is never sent again. */
  password(): Promise<string | undefined>;
  /** PEM text of a certificate authority of the site. */
  readonly ca?: string;
  /** SHA-256 fingerprint of the server certificate (hex, colons allowed) that the user confirmed. */
  readonly pin?: string;
}

export interface ServicesOptions {
  /** Program version, for User-Agent, method text and receipts. */
  readonly version: string;
  /** Folder for job state; created with mode 0700. */
  readonly stateFolder: string;
  /** Path of dist/worker.js; without it everything runs in the calling thread. */
  readonly workerScript?: string;
  /** Local work may block the calling thread: that one de-identifies, and the worker writes (command line). */
  readonly mayBlock?: boolean;
  readonly logger: Logger;
  /** Asks for the passphrase of a protected project key. */
  readonly keyPassphrase?: AskPassphrase;
  /** Where proxies are named (HTTPS_PROXY ...); left out inside the editor, which applies its own settings. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export interface AnonymiseRequest {
  readonly inputs: readonly string[];
  readonly outFolder: string;
  readonly profile: Profile;
  /** `gift-cloud` when absent; `keyed` takes the key `local` of the state folder. */
  readonly scheme?: SchemeName;
  readonly subject?: string;
  readonly experiment?: string;
  /** DicomEdit scripts that run before the profile, in this order. */
  readonly scripts?: readonly ScriptSource[];
}

export interface UploadRequest {
  readonly inputs: readonly string[];
  readonly project: string;
  readonly profile: Profile;
  /** Default `AutoUploadSubject`; letters, digits, `_`, `-` only. */
  readonly subjectPrefix?: string;
  readonly confirm?: Confirm;
  /** Restricts a drop on a subject: the data must belong to this subject label. */
  readonly expectedSubject?: string;
  /** `fetched` where the originals go once they are archived; `listed` unless asked for. */
  readonly proof?: ProofOfArrival;
}

/** Everything the program can do, shared by the editor and the command line; made by `createServices`. */
export interface Services extends DisposableLike {
  readonly keys: ProjectKeys;
  /** Everything that is to be uploaded, whoever asked for it. */
  readonly queue: TransferQueue;
  openArchive(connection: ServerConnection): Archive;
  /** Certificate the server shows, for a person to confirm; nothing but a TLS handshake is sent. */
  probeCertificate(
    url: string,
    signal?: AbortSignal,
  ): Promise<{
    readonly fingerprint: string;
    readonly subject: string;
    readonly issuer: string;
    readonly validTo: string;
  }>;
  /** The profile that a name of a preset or the path of a file stands for. @throws PROFILE_NOT_AVAILABLE, USAGE */
  readProfile(nameOrPath: string): Promise<Profile>;
  anonymise(request: AnonymiseRequest, signal?: AbortSignal): AsyncIterable<PipelineEvent>;
  /** What an upload would do to files, in numbers and kept texts; nothing is sent or written. */
  preview(request: PreviewRequest, signal?: AbortSignal): AsyncIterable<PreviewEvent>;
  /** What an upload would do to one file, line by line. The answer holds identifiers: for the screen alone. */
  explain(path: string, request: PreviewedAs, signal?: AbortSignal): Promise<ExplainOutcome | undefined>;
  /** A job of the queue from the moment of its confirmation: a process that dies leaves it to the next. */
  upload(archive: Archive, request: UploadRequest, signal?: AbortSignal): AsyncIterable<PipelineEvent>;
  download(archive: Archive, request: DownloadRequest, signal?: AbortSignal): AsyncIterable<DownloadEvent>;
  /** For editors of DicomEdit scripts. */
  readonly scriptHelp: ScriptHelp;
}

/** Puts the services together; nothing is read, sent or started yet. */
export function createServices(options: ServicesOptions): Services {
  const { version, stateFolder, workerScript, mayBlock, logger, environment } = options;
  const keys = new KeyStore(stateFolder, options.keyPassphrase);
  const patients = new PatientFile(stateFolder);
  const thread = workerScript === undefined ? undefined : new WorkerThread(workerScript, { version });
  const here = {
    engine: new InProcessDeid({ mapper: giftCloudUidMapper(), version }),
    writer: new InProcessWriter(),
    keys,
  };
  const engine: DeidEngine = thread === undefined ? here.engine : new DeidWorker(thread);
  const local: LocalTools =
    thread === undefined
      ? here
      : mayBlock
        ? { ...here, writer: new WriterWorker(thread, here.writer) }
        : { engine, writer: new WriterWorker(thread), keys };
  const tools: UploadTools = {
    version,
    engine,
    spares: new SpareSubjects(stateFolder),
    locks: new KeyedLock(),
    keys,
    patients,
    logger,
  };
  const sealer = stateSealer(stateFolder);
  const queue = new FileTransferQueue({ stateFolder, upload: tools, sealer });
  return {
    keys: new ProjectKeys(keys),
    queue,
    openArchive: (connection) => openXnatArchive(connection, version, environment),
    probeCertificate: (url, signal) =>
      probeServerCertificate(parseServerAddress(url), { signal, environment }),
    readProfile: resolveProfile,
    anonymise: (request, signal) => runAnonymise(request, local, signal),
    upload: (archive, request, signal) => queue.upload(archive, request, signal),
    preview: (request, signal) => runPreview(request, engine, signal),
    explain: (path, request, signal) => explainFile(path, request, engine, signal),
    download: (archive, request, signal) => download(archive, request, { logger }, signal),
    scriptHelp,
    dispose: () => {
      queue.dispose();
      thread?.dispose();
      patients.dispose();
    },
  };
}
