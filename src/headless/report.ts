import { constants } from 'node:fs';
import { access, mkdir, open, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { noFiles } from '../services/pipeline/fileCounts.js';
import type { FileEvent, FileStatus, Totals } from '../services/pipeline/types.js';
import { writeFileAtomic } from '../services/support/atomicFile.js';
import type { GiftCloudError } from '../services/support/errors.js';
import { usage } from './options.js';

interface ReportRow {
  readonly input: string;
  readonly output?: string;
  readonly status: FileStatus;
  readonly code?: string;
  readonly reason?: string;
}

/** Counts the files of a run and, when asked for, keeps one row per file: the only output that holds local names. */
export class RunReport {
  /** By path; files that have no index come last. */
  private readonly rows = new Map<string, { readonly index: number; readonly row: ReportRow }>();
  private readonly counts: Record<FileStatus, number> = { ...noFiles };
  private readonly started = new Date().toISOString();
  private files = 0;
  private bytesSent = 0;

  constructor(
    private readonly file: string | undefined,
    private readonly version: string,
    private readonly profile: string,
  ) {}

  /** Whether a report was asked for. */
  get wanted(): boolean {
    return this.file !== undefined;
  }

  add({ index, path, status, output, code, reason }: Omit<FileEvent, 'kind'>): void {
    this.files++;
    this.counts[status]++;
    if (!this.wanted) return;
    const row = {
      input: path,
      ...(output !== undefined && { output }),
      status,
      ...(code !== undefined && { code }),
      ...(reason !== undefined && { reason }),
    };
    this.rows.set(path, { index, row });
  }

  /** The files that an error kept from being looked at: each input file has its row. */
  async addRest(paths: AsyncIterable<{ readonly path: string }>, error: GiftCloudError): Promise<void> {
    for await (const { path } of paths) {
      if (this.rows.has(path)) continue;
      this.add({ index: Infinity, path, status: 'failed', code: error.code, reason: error.message });
    }
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
      tool: 'gift-cloud',
      version: this.version,
      profile: this.profile,
      started: this.started,
      finished: new Date().toISOString(),
      totals: this.totals(),
      files: [...this.rows.values()].sort((a, b) => a.index - b.index || 0).map(({ row }) => row),
    });
  }
}

/** Writes the report of a run as a whole or not at all; makes its folder. */
export async function writeReport(path: string, report: object): Promise<void> {
  const file = resolve(path);
  await mkdir(dirname(file), { recursive: true });
  await writeFileAtomic(file, `${JSON.stringify(report, null, 2)}\n`);
}

/**
 * Looks before the work whether the report can be written after it. What is there already is replaced only if it is a
 * report or empty: a mistaken `--report` must not cost anybody an image, nor root a device.
 * @throws USAGE
 */
export async function assertReportPath(path: string): Promise<void> {
  const file = resolve(path);
  try {
    await mkdir(dirname(file), { recursive: true });
    await access(dirname(file), constants.W_OK);
  } catch {
    throw usage('The folder of --report can not be written to.');
  }
  const there = await stat(file).catch(() => undefined);
  if (there !== undefined && !(there.isFile() && (await isReport(file))))
    throw usage('What --report names is there already and is no report.');
}

async function isReport(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(1), 0, 1, 0);
    return bytesRead === 0 || buffer.toString('latin1') === '{';
  } finally {
    await handle.close();
  }
}
