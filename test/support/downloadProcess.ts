// Downloads a project in a process of its own and tells its parent what became of the files.
import { download } from '../../src/services/download/download.js';
import { silentLogger } from '../../src/services/support/logger.js';
import { openXnatArchive } from '../../src/services/xnat/openArchive.js';

export interface ToldByDownload {
  /** `path status`, or an error. */
  readonly files: readonly string[];
}

async function main(): Promise<void> {
  const [url = '', project = '', outFolder = ''] = process.argv.slice(2);
  const archive = openXnatArchive(
    { url, userName: 'bob', password: () => Promise.resolve('sandbox-bob') },
    '0.0.0',
  );
  const request = { targets: [{ project }], outFolder, includeProject: false, includeSubject: false };
  const files: string[] = [];
  try {
    for await (const event of download(archive, request, { logger: silentLogger })) {
      if (event.kind !== 'file') continue;
      files.push(`${event.path} ${event.status}`);
      process.send?.(event.status);
    }
  } catch (error) {
    files.push(String(error));
  }
  await archive.signOut().catch(() => undefined);
  const told: ToldByDownload = { files };
  process.send?.(told, () => process.disconnect());
}

void main();
