import { createRequire } from 'node:module';
import { join } from 'node:path';
import { basicProfile } from '../../../src/services/deid/profiles/presets.js';
import type { Services, ServicesOptions } from '../../../src/services/createServices.js';
import { silentLogger } from '../../../src/services/support/logger.js';
import type { Bench } from './bench.js';
import type { Contestant } from './rounds.js';

interface ServicesBundle {
  readonly createServices: (options: ServicesOptions) => Services;
}

/** The same services as those of the command line, in a process that has run before: warm from the second round on. */
export function warmAnonymise(bench: Bench, folder: string, input: string): Contestant & { dispose(): void } {
  const { createServices } = createRequire(import.meta.url)(
    join(bench.dist, 'services.js'),
  ) as ServicesBundle;
  const services = createServices({
    version: 'bench',
    stateFolder: join(folder, 'state'),
    workerScript: join(bench.dist, 'worker.js'),
    listScript: join(bench.dist, 'patientList.js'),
    mayBlock: true,
    logger: silentLogger,
  });
  return {
    name: 'anonymise, warm',
    run: async (round) => {
      const start = performance.now();
      const before = process.cpuUsage();
      const request = {
        inputs: [input],
        outFolder: join(folder, `warm-${round}`),
        profile: basicProfile,
      } as const;
      for await (const event of services.anonymise(request)) {
        if (event.kind === 'file' && event.status !== 'deidentified') throw new Error(event.reason);
      }
      const { user, system } = process.cpuUsage(before);
      return { wall: (performance.now() - start) / 1000, cpu: (user + system) / 1e6, peakMb: 0 };
    },
    dispose: () => services.dispose(),
  };
}
