import type { DownloadEvent, FileStatus } from '../services/download/types.js';
import { writeReport } from './report.js';

interface Row {
  /** The server's address of a file; of a place that could not be listed its labels. */
  readonly input: string;
  /** Relative to `--out`. */
  readonly output?: string;
  readonly status: FileStatus | 'unlisted';
  readonly code?: string;
  readonly reason?: string;
}

export interface DownloadTotals {
  readonly files: number;
  readonly downloaded: number;
  readonly present: number;
  readonly failed: number;
  readonly unlisted: number;
  /** Bytes downloaded. */
  readonly bytes: number;
}

/** Counts what a download did, also of one that ended early, and when asked for keeps one row per file. */
export class DownloadReport {
  private readonly rows: Row[] = [];
  private readonly counts = { downloaded: 0, present: 0, failed: 0, unlisted: 0 };
  private readonly started = new Date().toISOString();
  private bytes = 0;

  constructor(
    private readonly file: string | undefined,
    private readonly tool: string,
    private readonly version: string,
  ) {}

  add(event: Extract<DownloadEvent, { kind: 'file' | 'unlisted' }>): void {
    const status = event.kind === 'file' ? event.status : 'unlisted';
    this.counts[status]++;
    if (event.kind === 'file' && status === 'downloaded') this.bytes += event.size;
    if (this.file === undefined) return;
    this.rows.push({
      input: event.kind === 'file' ? event.uri : event.path,
      ...(event.kind === 'file' && { output: event.path }),
      status,
      ...(event.code !== undefined && { code: event.code }),
      ...(event.reason !== undefined && { reason: event.reason }),
    });
  }

  totals(): DownloadTotals {
    const { downloaded, present, failed } = this.counts;
    return { files: downloaded + present + failed, ...this.counts, bytes: this.bytes };
  }

  /** Writes the report, also after a failure; a no-op when none was asked for. */
  async write(): Promise<void> {
    if (this.file === undefined) return;
    await writeReport(this.file, {
      tool: this.tool,
      version: this.version,
      started: this.started,
      finished: new Date().toISOString(),
      totals: this.totals(),
      files: this.rows,
    });
  }
}
