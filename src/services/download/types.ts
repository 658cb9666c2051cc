import type { ArchivePath } from '../xnat/archive.js';
import type { ErrorCode } from '../support/errors.js';

/** One thing the person chose in the tree: a project, subject, experiment, scan, or one resource of a level. */
export interface DownloadTarget extends ArchivePath {
  readonly resource?: string;
}

export interface DownloadRequest {
  readonly targets: readonly DownloadTarget[];
  readonly outFolder: string;
  readonly includeProject: boolean;
  readonly includeSubject: boolean;
  /** Scan types or scan IDs to take; empty or absent takes all. */
  readonly scanTypes?: readonly string[];
  /** Resource labels to take; empty or absent takes all. */
  readonly resources?: readonly string[];
}

/** Names in these events are the server's; `path` is relative to the target folder. */
export type DownloadEvent =
  | { readonly kind: 'planned'; readonly files: number; readonly bytes: number }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly status: 'downloaded' | 'present' | 'failed';
      readonly size: number;
      readonly code?: ErrorCode;
      readonly reason?: string;
      readonly checked: 'md5' | 'size';
    }
  | {
      readonly kind: 'progress';
      readonly filesDone: number;
      readonly filesTotal: number;
      readonly bytesDone: number;
      readonly bytesTotal: number;
    }
  | {
      readonly kind: 'finished';
      readonly downloaded: number;
      readonly present: number;
      readonly failed: number;
      readonly bytes: number;
    };
