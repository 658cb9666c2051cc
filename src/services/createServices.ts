import type { ExplainOutcome } from './deid/explain/types.js';
import type { Profile } from './deid/profiles/profile.js';
import { resolveProfile } from './deid/profiles/resolveProfile.js';
import type { ScriptSource } from './deid/types.js';
import { giftCloudUidMapper } from './deid/uidMap.js';
import { scriptHelp, type ScriptHelp } from './dicomedit/scriptHelp.js';
import { diagnose } from './diagnose/diagnose.js';
import type { DiagnoseRequest, Finding } from './diagnose/types.js';
import { download } from './download/download.js';
import type { DownloadEvent, DownloadRequest } from './download/types.js';
import { runAnonymise, type LocalTools } from './pipeline/anonymiseLocal.js';
import { KeyStore, type AskPassphrase } from './keys/keyStore.js';
import { ProjectKeys } from './keys/projectKeys.js';
import type { SchemeName } from './keys/scheme.js';
import { stateKeyFile } from './keys/stateKey.js';
import { listThread } from './patientList/listThread.js';
import { PatientLists } from './patientList/patientLists.js';
import { PatientFile } from './patients/patientFile.js';
import { ImportSource } from './pipeline/importSource.js';
import type { UploadTools } from './pipeline/pipeline.js';
import {
  explainFile,
  runPreview,
  type PreviewEvent,
  type PreviewedAs,
  type PreviewRequest,
} from './pipeline/preview.js';
import type { Reviewed } from './pipeline/reviewed.js';
import type { AskWhoIsWho, Confirm, PipelineEvent, ProofOfArrival } from './pipeline/types.js';
import { query } from './query/query.js';
import type { PacsConnection, QueryEvent, QueryRequest } from './query/types.js';
import { stateKey, stateSealer } from './queue/stateSealer.js';
import { FileTransferQueue } from './queue/transferQueue.js';
import type { TransferQueue } from './queue/types.js';
import { ListenerReception } from './reception/listenerReception.js';
import type { Reception } from './reception/types.js';
import { MoveRoutes } from './retrieve/moveRoutes.js';
import { retrieve } from './retrieve/retrieve.js';
import type { RetrieveEvent, RetrieveRequest } from './retrieve/types.js';
import { FileSpool } from './spool/fileSpool.js';
import { SealedFiles } from './spool/sealedFiles.js';
import { spoolRoot } from './spool/spoolPlaces.js';
import { DroppedFolders } from './spool/droppedFolders.js';
import type { Spool, SpoolDestination } from './spool/types.js';
import { SubjectSteps } from './subjects/subjectSteps.js';
import type { DisposableLike } from './support/disposable.js';
import { KeyedLock } from './support/keyedLock.js';
import type { Logger } from './support/logger.js';
import type { UndoPlan, UndoResult } from './undo/types.js';
import { undoUpload } from './undo/undoUpload.js';
import type { DeidEngine } from './worker/deidEngine.js';
import { CheckWorker } from './worker/checkWorker.js';
import { DeidWorker } from './worker/deidWorker.js';
import { InProcessDeid } from './worker/inProcessDeid.js';
import { InProcessWriter } from './worker/inProcessWriter.js';
import { WorkerThread } from './worker/workerThread.js';
import { WriterWorker } from './worker/writerWorker.js';
import type { Archive } from './xnat/archive.js';
import { probeServerCertificate } from './xnat/certificates.js';
import { openXnatArchive, userAgent } from './xnat/openArchive.js';
import { ServersOnDisk } from './xnat/serverKind.js';
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
  /** Path of dist/patientList.js, which writes patient lists. */
  readonly listScript: string;
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
  /** Asks who patients are of whom nobody can say it; without it they are held. */
  readonly whoIsWho?: AskWhoIsWho;
  /** Only these are sent, everything else of the inputs is held: a job that goes on after its review. */
  readonly reviewed?: Reviewed;
  /** Restricts a drop on a subject: the data must belong to this subject label. */
  readonly expectedSubject?: string;
  /** `fetched` where the originals go once they are archived; `listed` unless asked for. */
  readonly proof?: ProofOfArrival;
  /** The id of `dropped` where the inputs are such a folder, which is kept until the job is archived or discarded. */
  readonly dropped?: string;
}

/** Everything the program can do, shared by the editor and the command line; made by `createServices`. */
export interface Services extends DisposableLike {
  readonly keys: ProjectKeys;
  /** Everything that is to be uploaded, whoever asked for it. */
  readonly queue: TransferQueue;
  /** What came over the network and is not archived yet. */
  readonly spool: Spool;
  /** Keeps bytes that were dropped and have no file on this machine. */
  readonly dropped: Pick<DroppedFolders, 'create'>;
  /** The listener of this process; it listens once somebody starts it. */
  readonly reception: Reception;
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
  /** Who stands behind the subjects: the Excel list, and looking patients up. */
  readonly patientLists: PatientLists;
  /** Searches a PACS. Rows hold identifiers: for the screen, or an output that was asked for. */
  query(node: PacsConnection, request: QueryRequest, signal?: AbortSignal): AsyncIterable<QueryEvent>;
  /** Fetches what was chosen of a PACS into the spool; the transfer queue sends it as one job. */
  retrieve(request: RetrieveRequest, signal?: AbortSignal): AsyncIterable<RetrieveEvent>;
  /** Looks at the way to the server, at our port and at DICOM nodes, step by step; nothing is written. */
  diagnose(request: DiagnoseRequest, signal?: AbortSignal): AsyncIterable<Finding>;
  /** Takes back what an upload put on the server, and nothing else. `onProgress` gets the files that are done with. */
  undo(
    archive: Archive,
    plan: UndoPlan,
    onProgress: (done: number) => void,
    signal?: AbortSignal,
  ): Promise<UndoResult>;
  /** For editors of DicomEdit scripts. */
  readonly scriptHelp: ScriptHelp;
}

/** Puts the services together; nothing is read, sent or started yet. */
export function createServices(options: ServicesOptions): Services {
  const { version, stateFolder, workerScript, listScript, mayBlock, logger, environment } = options;
  const keys = new KeyStore(stateFolder, options.keyPassphrase);
  const patients = new PatientFile(stateFolder);
  const sealed = { root: spoolRoot(stateFolder), keyFile: stateKeyFile(stateFolder) };
  const sources = new SealedFiles(sealed);
  const thread = workerScript === undefined ? undefined : new WorkerThread(workerScript, { version, sealed });
  const here = {
    engine: new InProcessDeid({ mapper: giftCloudUidMapper(), version, sources }),
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
  const key = stateKey(stateFolder);
  const sealer = stateSealer(key);
  const tools: UploadTools = {
    version,
    engine,
    sources,
    steps: new SubjectSteps(stateFolder, sealer),
    importSource: new ImportSource(stateFolder),
    locks: new KeyedLock(),
    keys,
    patients,
    logger,
  };
  const servers = new ServersOnDisk(stateFolder);
  const checker = thread && new CheckWorker(thread);
  const spool = new FileSpool({ stateFolder, key, sealer, logger, ...(checker && { checker }) });
  const dropped = new DroppedFolders(stateFolder, key, (id) => queue.need(id));
  const queue: FileTransferQueue = new FileTransferQueue({
    ...{ stateFolder, upload: tools, sealer, received: spool, dropped },
  });
  const routes = new MoveRoutes();
  // What answers a request of ours goes where that goes, whoever listens.
  const sorted = { sink: (destination: SpoolDestination) => routes.over(spool.sink(destination)) };
  const reception = new ListenerReception(sorted, logger);
  return {
    keys: new ProjectKeys(keys),
    patientLists: new PatientLists(stateFolder, patients, listThread(listScript)),
    queue,
    spool,
    dropped,
    reception,
    openArchive: (connection) => openXnatArchive(connection, version, environment, undefined, servers),
    probeCertificate: (url, signal) =>
      probeServerCertificate(parseServerAddress(url), { signal, environment }),
    readProfile: resolveProfile,
    anonymise: (request, signal) => runAnonymise(request, local, signal),
    upload: (archive, request, signal) => queue.upload(archive, request, signal),
    preview: (request, signal) => runPreview(request, engine, signal),
    explain: (path, request, signal) => explainFile(path, request, engine, signal),
    download: (archive, request, signal) => download(archive, request, { logger }, signal),
    query,
    retrieve: (request, signal) => retrieve(request, { spool, routes, reception, queue, logger }, signal),
    diagnose: (request, signal) => diagnose(request, { userAgent: userAgent(version), environment }, signal),
    undo: undoUpload,
    scriptHelp,
    dispose: () => {
      reception.dispose();
      queue.dispose();
      spool.dispose();
      thread?.dispose();
      patients.dispose();
    },
  };
}
