import type { Refusal } from '../deid/types.js';
import { delay } from '../support/abortableDelay.js';
import type { FileRow } from '../xnat/archive.js';
import type { UploadContext } from './context.js';
import { readAgain } from './transient.js';
import type { ProofOfArrival } from './types.js';
import type { SentItem, SeriesUpload } from './upload.js';

const resendRounds = 3;

/** An object that is proved to lie in the archive. */
export interface ConfirmedItem extends SentItem {
  readonly name: string;
  readonly status: 'uploaded' | 'present';
  readonly confirmed: ProofOfArrival;
}

const neverArrived: Refusal = {
  status: 'failed',
  code: 'WRITE_NOT_STORED',
  reason: 'The server accepted the file but did not keep it; check that you may write into this project.',
};
const otherSize: Refusal = {
  status: 'failed',
  code: 'WRITE_NOT_STORED',
  reason: 'The server holds the file with another size than was sent.',
};
const otherBytes: Refusal = {
  status: 'failed',
  code: 'WRITE_NOT_STORED',
  reason: 'The server holds the file with other bytes than were sent.',
};
const otherContent: Refusal = {
  status: 'failed',
  code: 'DUPLICATE_UID',
  reason: 'The archive holds another object under the same UID; it was not overwritten.',
};

/**
 * Stage "confirm": the proof of arrival. A 200 proves nothing, so names and sizes come from a fresh list, and from a
 * second one after a quiet moment; what is missing is sent again after a random wait. A file that was there before, or
 * whose upload was not answered, counts only after its bytes were fetched back and hashed; so does every file where that
 * proof is asked for, because nobody has the original any more afterwards.
 * Errors: those of the archive, MAPPING_CHANGED, CANCELLED.
 */
export async function confirm(
  upload: SeriesUpload,
  context: UploadContext,
): Promise<readonly ConfirmedItem[]> {
  const rows = await listUntilComplete(upload, context);
  const isListed = ({ origin }: SentItem): boolean => origin === 'sent' && context.proof === 'listed';
  const doubtful = [...upload.items].filter(([, item]) => !isListed(item));
  const doubtfulRows = doubtful.flatMap(([name]) => rows.get(name) ?? []);
  const fetched = await readAgain(
    () => upload.store.fetchBack(doubtfulRows),
    context.pace.resendMs,
    upload.signal,
  );
  return [...upload.items].flatMap(([name, item]): ConfirmedItem[] => {
    if (isListed(item)) return [{ ...item, name, status: 'uploaded', confirmed: 'listed' }];
    if (fetched.get(rows.get(name)?.name ?? '')?.sha256 === item.sha256) {
      const status = item.origin === 'before' ? 'present' : 'uploaded';
      return [{ ...item, name, status, confirmed: 'fetched' }];
    }
    upload.refuse(item.source, item.origin === 'sent' ? otherBytes : otherContent);
    return [];
  });
}

async function listUntilComplete(
  upload: SeriesUpload,
  { pace, logger }: UploadContext,
): Promise<ReadonlyMap<string, FileRow>> {
  let quiet = [...upload.items.values()].every((item) => item.origin === 'before');
  let round = 0;
  while (true) {
    const rows = await upload.list();
    const missing = await compare(upload, rows);
    if (missing.length > 0 && round < resendRounds) {
      round++;
      logger.warn('files are missing after an upload', { files: missing.length, round });
      await delay(Math.random() * pace.resendMs, upload.signal);
      await upload.send(
        missing.map(([, item]) => item.source),
        rows,
      );
      quiet = false;
    } else if (missing.length > 0) {
      for (const [name, item] of missing) {
        upload.items.delete(name);
        upload.refuse(item.source, neverArrived);
      }
    } else if (quiet || upload.items.size === 0) {
      return rows;
    } else {
      await delay(pace.quietMs, upload.signal);
      quiet = true;
    }
  }
}

/** Refuses what has another size and is another object; gives what is not there. */
async function compare(
  upload: SeriesUpload,
  rows: ReadonlyMap<string, FileRow>,
): Promise<[string, SentItem][]> {
  const missing: [string, SentItem][] = [];
  for (const [name, item] of [...upload.items]) {
    const row = rows.get(name);
    if (row === undefined) missing.push([name, item]);
    else if (row.size !== item.size && !(await upload.store.isSameObject(name, row))) {
      upload.items.delete(name);
      upload.refuse(item.source, item.origin === 'before' ? otherContent : otherSize);
    }
  }
  return missing;
}
