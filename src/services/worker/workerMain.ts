import { parentPort, workerData } from 'node:worker_threads';
import { giftCloudUidMapper } from '../deid/uidMap.js';
import { InProcessDeid } from './inProcessDeid.js';
import type { WorkerAnswer, WorkerOutcome, WorkerRequest, WorkerSetup } from './messages.js';

/** Program of the worker thread (dist/worker.js): the same engine, fed by messages one batch at a time. */
const { version } = workerData as WorkerSetup;
const engine = new InProcessDeid({ mapper: giftCloudUidMapper(), version });

async function answer(request: WorkerRequest): Promise<readonly WorkerOutcome[]> {
  switch (request.kind) {
    case 'inspect':
      return engine.inspect(request.items);
    case 'deidentify':
      return engine.deidentify(request.items);
    case 'anonymise':
      return engine.anonymiseToFolder(request.items);
  }
}

parentPort?.on('message', (request: WorkerRequest) => {
  void answer(request).then((outcomes) => {
    const message: WorkerAnswer = { id: request.id, outcomes };
    parentPort?.postMessage(message, transferables(outcomes));
  });
});

/** Header bytes move to the other thread instead of being copied, where they own their memory. */
function transferables(outcomes: readonly WorkerOutcome[]): ArrayBuffer[] {
  const moved = new Set<ArrayBuffer>();
  for (const outcome of outcomes) {
    if (outcome.status !== 'verified') continue;
    for (const segment of outcome.instance.segments) {
      if (!('bytes' in segment)) continue;
      const { buffer, byteLength } = segment.bytes;
      if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) moved.add(buffer);
    }
  }
  return [...moved];
}
