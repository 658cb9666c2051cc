import type { CommitmentRequest } from '../dimse/commitmentData.js';
import type { Profile } from '../deid/profiles/profile.js';
import type { ReceivedData, ReceivedFolder } from '../queue/received.js';
import type { DisposableLike } from '../support/disposable.js';

/** What the association says about an object before its data set comes (PS3.7 9.1.1, PS3.8). UIDs are identifying: never logged. */
export interface IncomingObject {
  /** Our own random name of the association, good for logs. */
  readonly association: string;
  readonly callingAe: string;
  readonly calledAe: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  /** Of the presentation context: the data set is kept as it was sent. */
  readonly transferSyntax: string;
  /** Which C-MOVE it answers, where the sender says so (PS3.7 9.1.1.1.7): who asked, and the number of the request. */
  readonly moveOriginator?: { readonly aeTitle: string; readonly messageId: number };
}

/** One object on its way from the network into the spool. Exactly one of `commit` and `abort` ends it. */
export interface Reception {
  /**
   * Takes the next bytes of the data set, which are lent until it resolves: then more may come (back-pressure).
   * @throws DISK_FULL, QUOTA_FULL
   */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * Resolves when the object is durable: whole, readable as DICOM, of the SOP class and instance that were announced, synced
   * and renamed. Only then success may be answered. @throws DICOM_DAMAGED, SOP_MISMATCH, DISK_FULL, QUOTA_FULL
   */
  commit(): Promise<void>;
  /** Leaves nothing behind; never throws. */
  abort(): Promise<void>;
}

/** A request for storage commitment that waits for its result. Its UIDs are identifying: never logged, kept sealed. */
export interface KeptCommitment {
  readonly callingAe: string;
  readonly calledAe: string;
  readonly request: CommitmentRequest;
}

/** Remembers requests for storage commitment over a restart. Errors of all calls: those of the file system, KEY_MISSING. */
export interface CommitmentMemory {
  /** Durable when it resolves, and in the hands of the caller; gives its name. */
  keep(kept: KeptCommitment): Promise<string>;
  /** What was kept before and is in nobody's hands in this process, by name: in the caller's from now on. */
  takeUp(): Promise<ReadonlyMap<string, KeptCommitment>>;
  /** Out of the caller's hands, for the next one to take up. */
  letGo(name: string): void;
  forget(name: string): Promise<void>;
}

/** Where the listener puts what it receives. */
export interface ReceptionSink {
  /** @throws DISK_FULL, QUOTA_FULL before a byte is taken. */
  begin(object: IncomingObject): Promise<Reception>;
  /** The association ended, well or not: what came with it may be sent. */
  associationEnded(association: string): void;
  /** Which of these instances are archived, for storage commitment (PS3.4 Annex J): only those may be committed. */
  archived(sopInstanceUids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Whether an instance still is on its way (spooled): a commitment waits for it. */
  pending(sopInstanceUids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Fires when the answers of `archived` and `pending` may have changed. */
  onDidSettle(listener: () => void): DisposableLike;
  /** Where the listener remembers who asked for a commitment; without it that is forgotten with the program. */
  readonly commitments?: CommitmentMemory;
}

/** Where received data is to go. Kept with the data, sealed and durable before the first Success, as it was set up when it came. */
export interface SpoolDestination {
  readonly server: string;
  readonly user: string;
  readonly project: string;
  readonly profile: Profile;
  readonly subjectPrefix?: string;
}

/** How full the spool is; bytes on disk. */
export interface SpoolUse {
  readonly objects: number;
  readonly bytes: number;
  /** Undefined where the disk is the only limit. */
  readonly quota: number | undefined;
}

export interface SpoolSettings {
  readonly quotaBytes: number | undefined;
}

/** A sink of the spool. */
export interface SpoolSink extends ReceptionSink {
  /** The one folder that it fills, so the id of the job, where an origin was given and an object came. */
  readonly folder: string | undefined;
}

/** The private, encrypted place on disk of what came over the network until it is archived. */
export interface Spool extends ReceivedData {
  /**
   * Takes what a listener or a retrieval receives: one folder, so one job, for each association (or for the whole sink where an
   * origin is given: a retrieval is one job however many associations bring it).
   */
  sink(destination: SpoolDestination, origin?: ReceivedFolder['origin']): SpoolSink;
  use(): Promise<SpoolUse>;
  /** From now on. */
  configure(settings: Partial<SpoolSettings>): void;
}
