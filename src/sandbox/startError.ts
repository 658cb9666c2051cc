import { GiftCloudError } from '../services/support/errors.js';

/** What kept the sandbox from starting, as a sentence for whoever started it. */
export function startError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const call = error instanceof Error && 'syscall' in error ? String(error.syscall) : '';
  if (call === 'listen') {
    return new GiftCloudError(
      'USAGE',
      'The sandbox cannot listen on this port: it is taken or not allowed.',
      {
        hint: 'Leave the port out, or choose another one above 1023.',
        cause: error,
      },
    );
  }
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EEXIST':
      return new GiftCloudError('USAGE', 'The data folder of the sandbox cannot be written.', {
        hint: 'Choose a folder of your own with --data.',
        cause: error,
      });
    case 'ENOSPC':
      return new GiftCloudError('DISK_FULL', 'The disk with the data folder of the sandbox is full.', {
        hint: 'Free some space, or choose another folder with --data.',
        cause: error,
      });
    default:
      return error;
  }
}
