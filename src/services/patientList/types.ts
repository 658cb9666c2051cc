import type { DisposableLike } from '../support/disposable.js';
import type { GiftCloudError } from '../support/errors.js';

/** Where the patient list is kept. */
export interface ListTarget {
  /** Absolute path of the folder; it is made when it is missing. */
  readonly folder: string;
  /** Protects the file; without one it is plain. */
  readonly password?: string;
}

/** One writing of a list. It goes to a thread as it is. */
export interface ListOrder {
  readonly stateFolder: string;
  /** Absolute path of the file. */
  readonly file: string;
  readonly password?: string;
  /**
   * `kept`: the list of a folder, with backups. One without a password is refused where protection was asked for
   * (`ListRecords.expectPassword`). `export`: a file that somebody asked for, once; it replaces nothing but an earlier one.
   */
  readonly purpose: 'kept' | 'export';
  /** Nothing is written when the file says the same already. */
  readonly unlessCurrent: boolean;
}

/** How a writing ended; numbers alone. */
export interface ListOutcome {
  readonly status: 'written' | 'current';
  readonly patients: number;
  readonly studies: number;
  /** Files of the key file with parts that can't be read: what stood there is missing. */
  readonly damaged: number;
  /** What stood there was not this program's last list; it was kept under another name. */
  readonly setAside: boolean;
}

/** Writes a list. Errors: LIST_OPEN, LIST_PASSWORD_NEEDED, FILE_EXISTS, KEY_MISSING, DISK_FULL, FILE_UNREADABLE, LEASE_LOST. */
export type WriteList = (order: ListOrder) => Promise<ListOutcome>;

/** What is told of a list that is kept. */
export type ListEvent =
  | ({ readonly kind: 'written' } & Omit<ListOutcome, 'status'>)
  /** Told once for each reason; `waiting`: it is tried again by itself. */
  | { readonly kind: 'failed'; readonly error: GiftCloudError; readonly waiting: boolean };

/** A list that follows the key file until it is disposed of. */
export interface KeptList extends DisposableLike {
  /** Writes now, also when nothing is new. Errors: those of `WriteList`. */
  writeNow(): Promise<ListOutcome>;
  /** Writes what is not written yet; how it ended is told as an event. Never rejects. */
  flush(): Promise<void>;
}
