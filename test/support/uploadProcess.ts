// Uploads a folder in a process of its own and tells its parent what became of the files.
import { join } from 'node:path';
import { basicProfile } from '../../src/services/deid/profiles/presets.js';
import { giftCloudUidMapper } from '../../src/services/deid/uidMap.js';
import { PatientFile } from '../../src/services/patients/patientFile.js';
import { StateSealer } from '../../src/services/queue/stateSealer.js';
import { FileTransferQueue } from '../../src/services/queue/transferQueue.js';
import { SpareSubjects } from '../../src/services/subjects/spareSubjects.js';
import { KeyedLock } from '../../src/services/support/keyedLock.js';
import { silentLogger } from '../../src/services/support/logger.js';
import { InProcessDeid } from '../../src/services/worker/inProcessDeid.js';
import { openXnatArchive } from '../../src/services/xnat/openArchive.js';
import { KeyStore } from '../../src/services/keys/keyStore.js';

export interface ToldByProcess {
  readonly statuses: readonly string[];
  readonly warnings: readonly string[];
}

async function main(): Promise<void> {
  const [url = '', inputs = '', stateFolder = ''] = process.argv.slice(2);
  const version = '0.0.0';
  const archive = openXnatArchive(
    { url, userName: 'bob', password: () => Promise.resolve('sandbox-bob') },
    version,
  );
  const tools = {
    version,
    engine: new InProcessDeid({ mapper: giftCloudUidMapper(), version }),
    spares: new SpareSubjects(stateFolder),
    locks: new KeyedLock(),
    keys: new KeyStore(stateFolder),
    patients: new PatientFile(stateFolder),
    logger: silentLogger,
  };
  const statuses: string[] = [];
  const warnings: string[] = [];
  try {
    const request = { inputs: [inputs], project: 'GIFTDEMO', profile: basicProfile };
    const sealer = new StateSealer(join(stateFolder, 'queue.key'));
    const queue = new FileTransferQueue({ stateFolder, upload: tools, sealer });
    for await (const event of queue.upload(archive, request)) {
      if (event.kind === 'file') statuses.push(event.status);
      if (event.kind === 'warning') warnings.push(event.code);
    }
  } catch (error) {
    statuses.push(String(error));
  }
  await archive.signOut().catch(() => undefined);
  const story: ToldByProcess = { statuses, warnings };
  process.send?.(story, () => process.disconnect());
}

void main();
