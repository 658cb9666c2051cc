import { parentPort, workerData } from 'node:worker_threads';
import { giftCloudUidMapper } from '../deid/uidMap.js';
import { SealedFiles } from '../spool/sealedFiles.js';
import { checkSealed } from './checkWorker.js';
import { InProcessDeid } from './inProcessDeid.js';
import { InProcessWriter } from './inProcessWriter.js';
import { inTurn } from './inTurn.js';
import {
  ownedBuffers,
  type WorkerAnswer,
  type WorkerOutcome,
  type WorkerRequest,
  type WorkerSetup,
} from './messages.js';

/** Program of the worker thread (dist/worker.js): the same engine and writer, fed by messages one batch at a time. */
const { version, sealed } = workerData as WorkerSetup;
const sources = new SealedFiles(sealed);
const engine = new InProcessDeid({ mapper: giftCloudUidMapper(), version, sources });
const writer = new InProcessWriter();

async function answer(request: WorkerRequest): Promise<readonly WorkerOutcome[]> {
  switch (request.kind) {
    case 'inspect':
      return engine.inspect(request.items);
    case 'deidentify':
      return engine.deidentify(request.items);
    case 'explain':
      return engine.explain(request.items);
    case 'write':
      return writer.write(request.items);
    case 'check':
      return inTurn(request.items, (item) => checkSealed(item, sources), undefined);
  }
}

parentPort?.on('message', (request: WorkerRequest) => {
  void answer(request).then((outcomes) => {
    const message: WorkerAnswer = { id: request.id, outcomes };
    const moved = outcomes.flatMap((outcome) => (outcome.status === 'verified' ? [outcome.instance] : []));
    parentPort?.postMessage(message, ownedBuffers(moved));
  });
});
