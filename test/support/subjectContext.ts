import { stateKey, stateSealer } from '../../src/services/queue/stateSealer.js';
import type { ArchiveContext } from '../../src/services/subjects/archiveContext.js';
import { SubjectSteps } from '../../src/services/subjects/subjectSteps.js';
import { KeyedLock } from '../../src/services/support/keyedLock.js';
import { silentLogger } from '../../src/services/support/logger.js';
import type { Archive } from '../../src/services/xnat/archive.js';
import { project } from './uploadRig.js';

/** Who waits for a process that was killed waits this long. */
const pace = { ttlMs: 600, beatMs: 100 };

/** What finding and making subjects needs, as one process has it. */
export function subjectContext(
  archive: Archive,
  stateFolder: string,
  warnings: string[] = [],
): ArchiveContext {
  return {
    archive,
    project,
    subjectPrefix: 'Auto',
    steps: new SubjectSteps(stateFolder, stateSealer(stateKey(stateFolder)), pace),
    locks: new KeyedLock(),
    logger: silentLogger,
    warn: (code, message) => warnings.push(`${code} ${message}`),
  };
}
