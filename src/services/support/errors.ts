/**
 * The one error that reaches people: a code for programs, a sentence for people, what to do next and whether
 * trying again can help. Neither `message` nor `hint` ever holds an identifier (patient name or ID, original
 * UID, local path or file name); see docs/privacy.md.
 */
export type ErrorCode =
  // sign-in and connection
  | 'SIGN_IN_REFUSED'
  | 'SIGN_IN_REQUIRED'
  | 'ACCOUNT_NOT_ACTIVE'
  | 'SERVER_UNREACHABLE'
  | 'SERVER_TIMEOUT'
  | 'CERTIFICATE_NOT_TRUSTED'
  | 'INSECURE_ADDRESS'
  | 'UNEXPECTED_ANSWER'
  | 'SERVER_ERROR'
  | 'SERVER_FULL'
  | 'NOT_FOUND_OR_NOT_ALLOWED'
  | 'NOT_ALLOWED'
  | 'INVALID_LABEL'
  | 'EXTENSION_MISSING'
  | 'WRITE_NOT_STORED'
  | 'MAPPING_CHANGED'
  | 'LABEL_RACE_LOST'
  | 'WAITS_IN_PREARCHIVE'
  | 'ARCHIVE_CONFLICT'
  | 'UID_CHANGED'
  // de-identification
  | 'SCRIPT_ERROR'
  | 'SCRIPT_REJECTED'
  | 'SERIES_FILTER_ERROR'
  | 'SERIES_FILTERED'
  | 'PROFILE_NOT_AVAILABLE'
  | 'KEY_MISSING'
  | 'PASSPHRASE_WRONG'
  | 'SCHEME_MISMATCH'
  | 'BURNED_IN_TEXT_RISK'
  | 'VERIFICATION_FAILED'
  | 'CONTENT_NOT_SUPPORTED'
  | 'PATIENT_ID_MISSING'
  | 'PATIENT_AMBIGUOUS'
  | 'NOT_REVIEWED'
  // local files
  | 'NOT_DICOM'
  | 'DICOMDIR_SKIPPED'
  | 'DICOM_DAMAGED'
  | 'DUPLICATE_UID'
  | 'FILE_UNREADABLE'
  | 'FILE_CHANGED'
  | 'FILE_EXISTS'
  | 'DISK_FULL'
  | 'QUOTA_FULL'
  | 'SOP_MISMATCH'
  | 'NO_DICOM_FOUND'
  | 'LEASE_LOST'
  | 'STATE_UNREADABLE'
  | 'VERIFY_DOWNLOAD_FAILED'
  | 'UNSAFE_NAME'
  | 'LIST_OPEN'
  | 'LIST_PASSWORD_NEEDED'
  // DICOM network
  | 'PORT_IN_USE'
  | 'PORT_NOT_ALLOWED'
  | 'LISTEN_FAILED'
  | 'NODE_UNREACHABLE'
  | 'NODE_TIMEOUT'
  | 'NODE_REJECTED'
  | 'NODE_TLS'
  | 'NODE_BROKEN'
  | 'NODE_REFUSED'
  // program
  | 'USAGE'
  | 'CANCELLED'
  | 'INTERNAL';

export interface GiftCloudErrorOptions {
  /** What the person can do next. */
  readonly hint?: string;
  /** Whether the same action may succeed later without any change. */
  readonly retryable?: boolean;
  /** HTTP status where there is one. */
  readonly status?: number;
  readonly cause?: unknown;
}

export class GiftCloudError extends Error {
  readonly hint: string;
  readonly retryable: boolean;
  readonly status: number | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: GiftCloudErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'GiftCloudError';
    this.hint = options.hint ?? '';
    this.retryable = options.retryable ?? false;
    this.status = options.status;
  }

  /**
   * The editor loads the services from a bundle of their own, which has its own copy of this class: an error is known by
   * what it is called and carries, wherever it was made.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'GiftCloudError' && 'code' in value && 'hint' in value;
  }

  static is(error: unknown, code?: ErrorCode): error is GiftCloudError {
    return error instanceof GiftCloudError && (code === undefined || error.code === code);
  }
}

/** System errors of a path that a person can do something about. */
const fileSystemCodes: ReadonlySet<string> = new Set(
  'EACCES EPERM EROFS ENOENT ENOTDIR EISDIR EEXIST ELOOP ENAMETOOLONG EIO'.split(' '),
);

/** Turns anything thrown into a `GiftCloudError`; the text of a foreign error is never shown, it may hold a path. */
export function toGiftCloudError(error: unknown): GiftCloudError {
  if (error instanceof GiftCloudError) return error;
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'CanceledError')) {
    return cancelled(error);
  }
  const systemCode = systemErrorCode(error);
  if (systemCode === 'ENOSPC' || systemCode === 'EDQUOT') {
    return new GiftCloudError('DISK_FULL', 'The disk is full.', {
      hint: 'Free some space, then repeat the action: what is already there is kept.',
      retryable: true,
      cause: error,
    });
  }
  if (systemCode !== undefined && fileSystemCodes.has(systemCode)) {
    return new GiftCloudError('FILE_UNREADABLE', `A file or folder could not be used (${systemCode}).`, {
      hint: 'Check that it still exists and that you may read or write it.',
      cause: error,
    });
  }
  return new GiftCloudError('INTERNAL', 'An unexpected error stopped the action.', {
    hint: 'Repeat the action; if it fails again, report it with the log of the GIFT-Cloud output channel.',
    cause: error,
  });
}

export function cancelled(cause?: unknown): GiftCloudError {
  return new GiftCloudError('CANCELLED', 'The action was cancelled.', {
    hint: 'It can be repeated safely.',
    retryable: true,
    cause,
  });
}

/** The `code` of a Node system error (`ENOSPC`, `ECONNREFUSED`, ...), if it has one. */
export function systemErrorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Throws the `CANCELLED` error when the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled(signal.reason);
}
