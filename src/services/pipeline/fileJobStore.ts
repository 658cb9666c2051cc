import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../support/atomicFile.js';
import type { ErrorCode } from '../support/errors.js';
import type { DeidReport } from './deidReport.js';
import { writeReceipt, writeReport } from './receipt.js';
import type { JobStore, Receipt, SeriesPlace } from './types.js';

interface JobState {
  readonly id: string;
  readonly project: string;
  readonly profile: string;
  readonly started: string;
  readonly state: 'running' | 'failed';
  readonly code?: ErrorCode;
  readonly series: readonly { readonly place: SeriesPlace; readonly instances: number }[];
}

/** Job state as one small file per unfinished job; a finished one leaves its receipt. No identifiers in either. */
export class FileJobStore implements JobStore {
  private readonly states = new Map<string, JobState>();

  constructor(private readonly stateFolder: string) {}

  async begin(job: { id: string; project: string; profile: string; started: string }): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await this.write({ ...job, state: 'running', series: [] });
  }

  async seriesConfirmed(jobId: string, place: SeriesPlace, instances: number): Promise<void> {
    const state = this.states.get(jobId);
    if (state !== undefined) await this.write({ ...state, series: [...state.series, { place, instances }] });
  }

  async finish(jobId: string, receipt: Receipt, report: DeidReport): Promise<void> {
    await writeReport(this.stateFolder, jobId, report);
    await writeReceipt(this.stateFolder, jobId, receipt);
    this.states.delete(jobId);
    await rm(this.fileOf(jobId), { force: true });
  }

  async fail(jobId: string, code: ErrorCode): Promise<void> {
    const state = this.states.get(jobId);
    if (state === undefined) return;
    await this.write({ ...state, state: 'failed', code });
    this.states.delete(jobId);
  }

  private async write(state: JobState): Promise<void> {
    this.states.set(state.id, state);
    await writeFileAtomic(this.fileOf(state.id), `${JSON.stringify(state)}\n`);
  }

  private get folder(): string {
    return join(this.stateFolder, 'jobs');
  }

  private fileOf(jobId: string): string {
    return join(this.folder, `${jobId}.json`);
  }
}
