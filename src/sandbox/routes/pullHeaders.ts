import type { SandboxContext } from '../context.js';
import type { ExperimentRecord } from '../store/model.js';

/** `pullDataFromHeaders=true`: the stored UID gives way to the Study Instance UID of the files (observed). */
export function pullHeaders(_context: SandboxContext, _experiment: ExperimentRecord): Promise<void> {
  return Promise.resolve();
}
