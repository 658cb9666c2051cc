import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../support/atomicFile.js';
import type { Receipt } from './types.js';

export type ReceiptSeries = Receipt['series'][number];

/** Stage "receipt": keeps what went where, under the id of the job. It holds server labels, new UIDs and hashes only. */
export async function writeReceipt(stateFolder: string, jobId: string, receipt: Receipt): Promise<void> {
  const folder = join(stateFolder, 'receipts');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFileAtomic(join(folder, `${jobId}.json`), `${JSON.stringify(receipt, null, 2)}\n`);
}
