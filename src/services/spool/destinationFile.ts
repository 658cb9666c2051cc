import { readFile } from 'node:fs/promises';
import type { Sealer } from '../queue/jobStore.js';
import type { ReceivedFolder } from '../queue/received.js';
import { writeFileAtomic } from '../support/atomicFile.js';
import { GiftCloudError } from '../support/errors.js';
import type { SpoolDestination } from './types.js';

const version = 1;

/** Where a folder of received data is to go, and where it came from. */
export interface FolderRecord extends SpoolDestination {
  readonly origin: ReceivedFolder['origin'];
}

/** Writes it sealed, for good. Errors: KEY_MISSING, those of the file system. */
export async function writeDestination(
  path: string,
  id: string,
  record: FolderRecord,
  sealer: Sealer,
): Promise<void> {
  const sealed = await sealer.seal(JSON.stringify(record), labelOf(id));
  await writeFileAtomic(path, `${JSON.stringify({ version, sealed })}\n`);
}

/** Errors: KEY_MISSING; STATE_UNREADABLE where it was changed or a newer version wrote it; those of the file system. */
export async function readDestination(path: string, id: string, sealer: Sealer): Promise<FolderRecord> {
  const text = await readFile(path, 'utf8');
  const sealed = sealedIn(text);
  if (sealed !== undefined) return JSON.parse(await sealer.open(sealed, labelOf(id))) as FolderRecord;
  throw new GiftCloudError('STATE_UNREADABLE', 'Nobody can say where received data is to go.', {
    hint: 'A newer version of the program wrote it, or it was damaged. The data is kept as it is.',
  });
}

function sealedIn(text: string): string | undefined {
  try {
    const value = JSON.parse(text) as { readonly version?: unknown; readonly sealed?: unknown };
    return value.version === version && typeof value.sealed === 'string' ? value.sealed : undefined;
  } catch {
    return undefined;
  }
}

function labelOf(id: string): string {
  return `spool/${id}`;
}
