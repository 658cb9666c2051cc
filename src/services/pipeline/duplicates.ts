import { createHash } from 'node:crypto';
import type { Refusal } from '../deid/types.js';
import type { Sources } from '../dicom/sources.js';
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

  constructor(private readonly sources: Sources) {}

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
      first.sha256 ??= await this.hash(first.instance.path, signal);
      return first.sha256 === (await this.hash(instance.path, signal)) ? sameFile : otherFile;
    } catch (error) {
      if (GiftCloudError.is(error, 'CANCELLED')) throw error;
      return unreadable;
    }
  }

  private async hash(path: string, signal: AbortSignal | undefined): Promise<string> {
    const hash = createHash('sha256');
    const source = await this.sources.openToSend(path);
    try {
      const chunk = Buffer.allocUnsafeSlow(1 << 20);
      for (let at = 0; ;) {
        throwIfAborted(signal);
        const got = await source.readInto([chunk], at);
        if (got === 0) return hash.digest('hex');
        hash.update(chunk.subarray(0, got));
        at += got;
      }
    } finally {
      await source.close();
    }
  }
}
