// Writes facts into a key file in a process of its own and tells its parent each one that is durable, until it is killed.
import { PatientFile } from '../../src/services/patients/patientFile.js';
import { placedStudy } from './placedStudy.js';

async function main(): Promise<void> {
  const [stateFolder = '', first = '0', count = '1000000'] = process.argv.slice(2);
  const file = new PatientFile(stateFolder);
  const start = Number(first);
  for (let number = start; number < start + Number(count); number++) {
    await file.placed(placedStudy(number));
    process.send?.(number);
  }
  file.dispose();
  process.disconnect();
}

void main();
