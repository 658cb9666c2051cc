import type { ErrorCode } from '../support/errors.js';
import type { ArchivePath } from '../xnat/archive.js';

/**
 * One thing the person chose: a project, subject, experiment or scan with everything below it, or one resource that
 * hangs on exactly that level, which no filter of the request concerns.
 */
export interface DownloadTarget extends ArchivePath {
  /** Label or id of the resource; a label may name several, they can repeat. */
  readonly resource?: string;
}

export interface DownloadRequest {
  readonly targets: readonly DownloadTarget[];
  readonly outFolder: string;
  readonly includeProject: boolean;
  readonly includeSubject: boolean;
  /** Scan types or scan IDs to take; empty or absent takes all. With any, only scans are downloaded. */
  readonly scanTypes?: readonly string[];
  /** Labels or ids of resources to take, on every level; empty or absent takes all. */
  readonly resources?: readonly string[];
  /** Scan types or scan IDs to leave out; what hangs on no scan is taken all the same. */
  readonly withoutScanTypes?: readonly string[];
  /** Labels or ids of resources to leave out, on every level. */
  readonly withoutResources?: readonly string[];
}

/** What a file was compared with. */
export type Checked =
  /** Size and MD5 of the server's list. */
  | 'md5'
  /** Size of the server's list, which has no MD5. */
  | 'size'
  /** Size of the server's list and the MD5 that an earlier download into this folder noted. */
  | 'record';

export type FileStatus = 'downloaded' | 'present' | 'failed';

/**
 * What a download tells. Names are the server's, control characters replaced; `path` is relative to the target folder.
 * A place is an experiment, or what hangs directly on a project or a subject.
 */
export type DownloadEvent =
  /** Listing goes on while files arrive already: these totals grow. */
  | {
      readonly kind: 'planning';
      readonly placesPlanned: number;
      readonly placesTotal: number;
      readonly files: number;
      /** Bytes. */
      readonly bytes: number;
    }
  /** Everything is listed. */
  | { readonly kind: 'planned'; readonly files: number; readonly bytes: number }
  | {
      readonly kind: 'file';
      readonly path: string;
      /** The server's own address of the file, e.g. `/data/projects/...`. */
      readonly uri: string;
      readonly status: FileStatus;
      /** Bytes, as the server lists them. */
      readonly size: number;
      readonly checked: Checked;
      readonly code?: ErrorCode;
      readonly reason?: string;
    }
  /** A place or resource whose files could not be listed; the others go on. */
  | {
      readonly kind: 'unlisted';
      readonly path: string;
      readonly code: ErrorCode;
      readonly reason: string;
    }
  | {
      readonly kind: 'progress';
      readonly filesDone: number;
      readonly filesTotal: number;
      /** Bytes of files that are done, whatever became of them, and of those that are arriving. */
      readonly bytesDone: number;
      readonly bytesTotal: number;
      readonly placesDone: number;
      readonly placesTotal: number;
      /** True until `planned`: the totals still grow. */
      readonly growing: boolean;
    }
  | {
      readonly kind: 'finished';
      readonly downloaded: number;
      readonly present: number;
      readonly failed: number;
      /** Places and resources that could not be listed. */
      readonly unlisted: number;
      /** Bytes downloaded. */
      readonly bytes: number;
    };

export type FileEvent = Extract<DownloadEvent, { kind: 'file' }>;

/** Pauses in ms; each list has one entry per further try. */
export interface DownloadPace {
  /** Before a file or a list is asked for again. */
  readonly item: readonly number[];
  /** Before the server is asked again whether it is there at all. */
  readonly server: readonly number[];
}
