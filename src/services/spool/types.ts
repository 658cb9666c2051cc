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
}

/** One object on its way from the network into the spool. Exactly one of `commit` and `abort` ends it. */
export interface Reception {
  /** Takes the next bytes of the data set; resolves when more may come (back-pressure). @throws DISK_FULL, QUOTA_FULL */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * Resolves when the object is durable: whole, readable as DICOM, of the SOP class and instance that were announced, synced
   * and renamed. Only then success may be answered. @throws DICOM_DAMAGED, SOP_MISMATCH, DISK_FULL, QUOTA_FULL
   */
  commit(): Promise<void>;
  /** Leaves nothing behind; never throws. */
  abort(): Promise<void>;
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
}
