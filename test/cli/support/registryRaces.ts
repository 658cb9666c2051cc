import { CommandLine } from './commandLine.js';
import type { ServerMode } from './registryOutcome.js';
import { proveRegistry } from './registryProof.js';

/** The proof of the subject registry as tests, with this many patients; `GIFT_CLOUD_SEED` repeats a run. */
export function registryRaces(what: string, mode: ServerMode, patients: number): void {
  describe(`${what}, ${patients} patients and four machines at once`, function () {
    // Waits for processes that were killed are part of it.
    this.timeout(patients * 15_000);
    let cli: CommandLine;
    beforeEach(() => {
      cli = new CommandLine();
    });
    afterEach(() => cli.close());

    for (const processesPerMachine of [1, 2]) {
      it(`has one subject per patient, with ${processesPerMachine} processes per state folder`, async () => {
        const seed = Number(process.env['GIFT_CLOUD_SEED'] ?? Date.now() % 1_000_000);
        console.log(`      seed ${seed}`);
        const figures = await proveRegistry(cli, { mode, patients, processesPerMachine, seed, faults: true });
        console.log(
          `      ${figures.runs} runs, ${figures.killed} killed, ${figures.struck} faults, ${figures.spares} left over`,
        );
      });
    }
  });
}
