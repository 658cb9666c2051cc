import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { GiftCloudError, systemErrorCode } from '../support/errors.js';

/** Throws LIST_OPEN while another program has the file open: it would write its own state over ours. */
export async function assertNotOpen(file: string): Promise<void> {
  const name = basename(file);
  // LibreOffice and Excel say so by a file beside it.
  for (const mark of [`.~lock.${name}#`, `~$${name}`]) {
    const there = await stat(join(dirname(file), mark)).then(
      () => true,
      () => false,
    );
    if (there) throw listOpen();
  }
}

/** Whether the system refused to replace a file because it is open. Windows says "not permitted" for it, too. */
export function saysOpen(error: unknown, platform: NodeJS.Platform = process.platform): boolean {
  const code = systemErrorCode(error) ?? '';
  return ['EBUSY', 'ETXTBSY'].includes(code) || (platform === 'win32' && ['EPERM', 'EACCES'].includes(code));
}

export function listOpen(cause?: unknown): GiftCloudError {
  return new GiftCloudError('LIST_OPEN', 'The patient list is open in another program.', {
    hint: 'It is written once it is closed. If nobody has it open, delete the lock file beside it (.~lock… or ~$…).',
    retryable: true,
    cause,
  });
}
