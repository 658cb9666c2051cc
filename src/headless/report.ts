import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { ProfileName } from '../services/deid/types.js';
import type { FileStatus, PipelineEvent, Totals } from '../services/pipeline/types.js';
import { writeFileAtomic } from '../services/support/atomicFile.js';

type FileEvent = Extract<PipelineEvent, { kind: 'file' }>;

interface ReportRow {
  readonly input: string;
  readonly output?: string;
  readonly status: FileStatus;
  readonly code?: string;
  readonly reason?: string;
}

/** Counts the files of a run and, when asked for, keeps one row per file: the only output that holds local names. */
export class RunReport {
  private readonly rows: ReportRow[] = [];
  private readonly counts: Record<FileStatus, number> = {
    deidentified: 0,
    uploaded: 0,
    present: 0,
    skipped: 0,
    held: 0,
    failed: 0,
  };
  private readonly started = new Date().toISOString();
  private files = 0;
  private bytesSent = 0;

  constructor(
    private readonly file: string | undefined,
    private readonly tool: string,
    private readonly version: string,
    private readonly profile: ProfileName | undefined,
  ) {}

  add(event: FileEvent): void {
    this.files++;
    this.counts[event.status]++;
    if (this.file === undefined) return;
    this.rows.push({
      input: event.path,
      status: event.status,
      ...(event.output !== undefined && { output: event.output }),
      ...(event.code !== undefined && { code: event.code }),
      ...(event.reason !== undefined && { reason: event.reason }),
    });
  }

  sent(bytes: number): void {
    this.bytesSent = bytes;
  }

  totals(): Totals {
    return { files: this.files, ...this.counts, bytesSent: this.bytesSent };
  }

  /** Writes the report, also after a failure; a no-op when none was asked for. */
  async write(): Promise<void> {
    if (this.file === undefined) return;
    await writeReport(this.file, {
      tool: this.tool,
      version: this.version,
      profile: this.profile,
      started: this.started,
      finished: new Date().toISOString(),
      totals: this.totals(),
      files: this.rows,
    });
  }
}

/** Writes the report of a run as a whole or not at all; makes its folder. */
export async function writeReport(path: string, report: object): Promise<void> {
  const file = resolve(path);
  await mkdir(dirname(file), { recursive: true });
  await writeFileAtomic(file, `${JSON.stringify(report, null, 2)}\n`);
}
