import { parentPort, workerData } from 'node:worker_threads';
import { toGiftCloudError } from '../support/errors.js';
import type { ListAnswer } from './listThread.js';
import type { ListOrder } from './types.js';
import { writeList } from './writeList.js';

/** Program of the thread that writes one list (dist/patientList.js), and ends. */
async function answer(): Promise<ListAnswer> {
  try {
    return { outcome: await writeList(workerData as ListOrder) };
  } catch (thrown) {
    const { code, message, hint, retryable } = toGiftCloudError(thrown);
    return { error: { code, message, hint, retryable } };
  }
}

void answer().then((message) => parentPort?.postMessage(message));
