import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Refusal } from '../deid/types.js';
import { GiftCloudError, throwIfAborted } from '../support/errors.js';
import type { SourceInstance } from './types.js';

const sameFile: Refusal = {
  status: 'skipped',
  code: 'DUPLICATE_UID',
  reason: 'The same object was already among the files.',
};
const otherFile: Refusal = {
  status: 'failed',
  code: 'DUPLICATE_UID',
  reason: 'Another file among the inputs has the same SOP Instance UID and other content.',
};
const unreadable: Refusal = {
  status: 'failed',
  code: 'FILE_UNREADABLE',
  reason: 'A file could not be read.',
};

/**
 * Lets every SOP Instance UID through once: the first file wins. A later one with the same bytes is skipped, one with
 * other bytes fails; neither is ever taken for the other by its UID alone.
 */
export class Duplicates {
  private readonly first = new Map<string, { readonly instance: SourceInstance; sha256?: string }>();

  /** Undefined when the instance may go on. Errors: CANCELLED. */
  async check(instance: SourceInstance, signal?: AbortSignal): Promise<Refusal | undefined> {
    const uid = instance.summary.sopInstanceUid;
    const first = this.first.get(uid);
    if (first === undefined) {
      this.first.set(uid, { instance });
      return undefined;
    }
    if (first.instance.summary.size !== instance.summary.size) return otherFile;
    try {
      first.sha256 ??= await hashFile(first.instance.path, signal);
      return first.sha256 === (await hashFile(instance.path, signal)) ? sameFile : otherFile;
    } catch (error) {
      if (GiftCloudError.is(error, 'CANCELLED')) throw error;
      return unreadable;
    }
  }
}

async function hashFile(path: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    throwIfAborted(signal);
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}
