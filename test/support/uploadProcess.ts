// Uploads a folder in a process of its own and tells its parent what became of the files.
import { basicProfile } from '../../src/services/deid/profiles/presets.js';
import { openXnatArchive } from '../../src/services/xnat/openArchive.js';
import { queueOf, uploadTools } from './uploadTools.js';

export interface ToldByProcess {
  readonly statuses: readonly string[];
  readonly warnings: readonly string[];
}

async function main(): Promise<void> {
  const [url = '', inputs = '', stateFolder = ''] = process.argv.slice(2);
  const archive = openXnatArchive(
    { url, userName: 'bob', password: () => Promise.resolve('sandbox-bob') },
    '0.0.0',
  );
  const statuses: string[] = [];
  const warnings: string[] = [];
  try {
    const request = { inputs: [inputs], project: 'GIFTDEMO', profile: basicProfile };
    for await (const event of queueOf(uploadTools(stateFolder)).upload(archive, request)) {
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
