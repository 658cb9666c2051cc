import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../support/atomicFile.js';
import type { DeidReport } from './deidReport.js';
import { deidReportText } from './deidReportText.js';
import type { Receipt } from './types.js';

export type ReceiptSeries = Receipt['series'][number];

/** Stage "receipt": keeps what went where, under the id of the job. It holds server labels, new UIDs and hashes only. */
export async function writeReceipt(stateFolder: string, jobId: string, receipt: Receipt): Promise<void> {
  await write(join(stateFolder, 'receipts'), { [`${jobId}.json`]: json(receipt) });
}

/** Keeps how the data was de-identified, for programs and for people: server labels, names of rules and counts only. */
export async function writeReport(stateFolder: string, jobId: string, report: DeidReport): Promise<void> {
  await write(join(stateFolder, 'reports'), {
    [`${jobId}.json`]: json(report),
    [`${jobId}.md`]: deidReportText(report),
  });
}

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const [name, text] of Object.entries(files)) await writeFileAtomic(join(folder, name), text);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
