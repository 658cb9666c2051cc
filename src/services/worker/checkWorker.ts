import { refusalOf } from '../deid/inspect.js';
import {
  checkObject,
  type CheckOutcome,
  type CheckRequest,
  type ObjectChecker,
} from '../spool/checkObject.js';
import type { SealedFiles } from '../spool/sealedFiles.js';
import { GiftCloudError } from '../support/errors.js';
import type { WorkerThread } from './workerThread.js';

/** Checks objects of the spool in a worker thread: a walk over the fragments of a gigabyte decrypts all of it. */
export class CheckWorker implements ObjectChecker {
  constructor(private readonly thread: WorkerThread) {}

  async check(request: CheckRequest): Promise<void> {
    const [outcome] = await this.thread.ask([request], (items) => ({ kind: 'check', items }), undefined);
    if (outcome !== undefined && 'reason' in outcome) throw new GiftCloudError(outcome.code, outcome.reason);
  }
}

/** The work of the thread. Never throws. */
export function checkSealed({ path, size, announced }: CheckRequest, files: SealedFiles): CheckOutcome {
  try {
    const source = files.openUnfinished(path, size);
    try {
      checkObject(source, announced);
      return { status: 'whole' };
    } finally {
      source.close();
    }
  } catch (error) {
    return refusalOf(error);
  }
}
