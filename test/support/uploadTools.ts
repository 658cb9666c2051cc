import { giftCloudUidMapper } from '../../src/services/deid/uidMap.js';
import { KeyStore } from '../../src/services/keys/keyStore.js';
import { stateKeyFile } from '../../src/services/keys/stateKey.js';
import { PatientFile } from '../../src/services/patients/patientFile.js';
import { ImportSource } from '../../src/services/pipeline/importSource.js';
import type { UploadTools } from '../../src/services/pipeline/pipeline.js';
import { stateKey, stateSealer } from '../../src/services/queue/stateSealer.js';
import { FileTransferQueue, type QueueOptions } from '../../src/services/queue/transferQueue.js';
import { SealedFiles } from '../../src/services/spool/sealedFiles.js';
import { spoolRoot } from '../../src/services/spool/spoolPlaces.js';
import { SubjectSteps } from '../../src/services/subjects/subjectSteps.js';
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
  const sources = new SealedFiles({ root: spoolRoot(stateFolder), keyFile: stateKeyFile(stateFolder) });
  return {
    ...{ stateFolder, version, logger },
    sources,
    engine: new InProcessDeid({ mapper: giftCloudUidMapper(), version, sources }),
    steps: new SubjectSteps(stateFolder, stateSealer(stateKey(stateFolder))),
    importSource: new ImportSource(stateFolder),
    locks: new KeyedLock(),
    keys: new KeyStore(stateFolder),
    patients: new PatientFile(stateFolder),
  };
}

/** The transfer queue as a process of its own has it. */
export function queueOf(tools: RigTools, options: Partial<QueueOptions> = {}): FileTransferQueue {
  const sealer = stateSealer(stateKey(tools.stateFolder));
  return new FileTransferQueue({ stateFolder: tools.stateFolder, upload: tools, sealer, ...options });
}
