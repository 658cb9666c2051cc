import { GiftCloudError, systemErrorCode, toGiftCloudError } from '../support/errors.js';
import { unsafeName } from './names.js';

/** Names that this disk refuses although they are safe elsewhere. */
const nameErrors: ReadonlySet<string> = new Set(['ENAMETOOLONG', 'EILSEQ', 'EINVAL']);
const placeErrors: ReadonlySet<string> = new Set(['EEXIST', 'ENOTDIR', 'EISDIR', 'ENOTEMPTY']);

/** The typed error for what a file system refused. */
export function localError(error: unknown): GiftCloudError {
  const code = systemErrorCode(error) ?? '';
  if (error instanceof GiftCloudError) return error;
  if (nameErrors.has(code)) return unsafeName();
  if (placeErrors.has(code)) return somethingElseThere();
  const known = toGiftCloudError(error);
  if (known.code !== 'INTERNAL' || !/^E[A-Z\d]+$/.test(code)) return known;
  return new GiftCloudError('FILE_UNREADABLE', `A file or folder could not be used (${code}).`, {
    hint: 'Check the disk, and that you may write to it.',
    cause: error,
  });
}

/** Something of another kind, or a file with other content, is where a file shall go. */
export function somethingElseThere(): GiftCloudError {
  return new GiftCloudError(
    'FILE_EXISTS',
    'A different file or folder is there already; it was left as it is.',
    {
      hint: "Move or rename it, then download again to get the server's file.",
    },
  );
}
