import { giftCloudUidMapper } from '../../src/services/deid/uidMap.js';
import { KeyStore } from '../../src/services/keys/keyStore.js';
import { PatientFile } from '../../src/services/patients/patientFile.js';
import type { UploadTools } from '../../src/services/pipeline/pipeline.js';
import { stateSealer } from '../../src/services/queue/stateSealer.js';
import { FileTransferQueue, type QueueOptions } from '../../src/services/queue/transferQueue.js';
import { SpareSubjects } from '../../src/services/subjects/spareSubjects.js';
import { KeyedLock } from '../../src/services/support/keyedLock.js';
import { silentLogger, type Logger } from '../../src/services/support/logger.js';
import { InProcessDeid } from '../../src/services/worker/inProcessDeid.js';

/** What an upload needs, and where it keeps its state. */
export interface RigTools extends UploadTools {
  readonly stateFolder: string;
}

/** Tools as one process has them: its own locks and memory. */
export function uploadTools(stateFolder: string, logger: Logger = silentLogger): RigTools {
  const version = '0.0.0';
  return {
    ...{ stateFolder, version, logger },
    engine: new InProcessDeid({ mapper: giftCloudUidMapper(), version }),
    spares: new SpareSubjects(stateFolder),
    locks: new KeyedLock(),
    keys: new KeyStore(stateFolder),
    patients: new PatientFile(stateFolder),
  };
}

/** The transfer queue as a process of its own has it. */
export function queueOf(tools: RigTools, options: Partial<QueueOptions> = {}): FileTransferQueue {
  const sealer = stateSealer(tools.stateFolder);
  return new FileTransferQueue({ stateFolder: tools.stateFolder, upload: tools, sealer, ...options });
}
