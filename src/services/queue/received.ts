import type { Profile } from '../deid/profiles/profile.js';
import type { JobOrigin } from './types.js';

/** Data that came over the network and is nowhere else: one folder of the spool is one job. No identifiers but the paths. */
export interface ReceivedFolder {
  /** Random; the id of its job. */
  readonly id: string;
  readonly origin: Exclude<JobOrigin, { readonly kind: 'files' }>;
  /** Where it is to go, as it was set up when it came. */
  readonly server: string;
  readonly user: string;
  readonly project: string;
  readonly profile: Profile;
  readonly subjectPrefix?: string;
  /** Objects that lie in it now. */
  readonly instances: number;
  readonly bytes: number;
  /** Milliseconds since 1970 of the last object that came. */
  readonly lastArrival: number;
  /** Whether an association that brings objects for it is open. */
  readonly open: boolean;
}

/**
 * The spool as the queue needs it. Folders in which nothing lies any more go by themselves: something may come for them at
 * any moment. Errors of all calls: those of the file system, KEY_MISSING.
 */
export interface ReceivedData {
  /** Every folder, also of a process that died; cheap enough to be asked every second. */
  folders(): Promise<readonly ReceivedFolder[]>;
  /** One folder; undefined when it is not there. */
  folder(id: string): Promise<ReceivedFolder | undefined>;
  /** What an upload takes as its inputs. */
  inputs(id: string): readonly string[];
  /** An object was archived: its bytes were fetched back from the server and are those that were sent. `path` as an upload told it. */
  archived(id: string, path: string): Promise<void>;
  /** Deletes a folder with all that is in it, for good. */
  remove(id: string): Promise<void>;
}

/** Data of jobs whose files are nowhere else on this machine: dropped as bytes. */
export interface DroppedData {
  /** Deletes what no job needs, and nobody is filling. */
  sweep(): Promise<void>;
  /** Deletes what was dropped for a job, for good. */
  remove(id: string): Promise<void>;
}
