// Adds patients to a key file and writes the list, again and again, in a process of its own until it is killed or done. Tells
// its parent after each writing how many bytes of memory it took at most.
import { PatientFile } from '../../src/services/patients/patientFile.js';
import type { ListOrder } from '../../src/services/patientList/types.js';
import { writeList } from '../../src/services/patientList/writeList.js';
import { placedStudy } from './placedStudy.js';

async function main(): Promise<void> {
  const [order = '', first = '0', rounds = '1', patients = '1'] = process.argv.slice(2);
  const parsed = JSON.parse(order) as ListOrder;
  const file = new PatientFile(parsed.stateFolder);
  for (let round = 0; round < Number(rounds); round++) {
    for (let at = 0; at < Number(patients); at++) {
      await file.placed(placedStudy(Number(first) + round * Number(patients) + at));
    }
    await writeList(parsed);
    process.send?.(process.resourceUsage().maxRSS * 1024);
  }
  file.dispose();
  process.disconnect();
}

void main();
