import type { ErrorCode } from '../services/support/errors.js';

/** Exit codes of the command line; the contract stands in docs/command-line.md. */
export const exitCode = {
  done: 0,
  someFailed: 1,
  usage: 2,
  signInRefused: 3,
  unreachable: 4,
  unsafe: 5,
  rejectedByScript: 6,
  scriptError: 7,
  internal: 70,
  interrupted: 130,
} as const;

const byError: Partial<Record<ErrorCode, number>> = {
  USAGE: exitCode.usage,
  INSECURE_ADDRESS: exitCode.usage,
  INVALID_LABEL: exitCode.usage,
  PROFILE_NOT_AVAILABLE: exitCode.usage,
  LIST_PASSWORD_NEEDED: exitCode.usage,
  SIGN_IN_REFUSED: exitCode.signInRefused,
  SIGN_IN_REQUIRED: exitCode.signInRefused,
  ACCOUNT_NOT_ACTIVE: exitCode.signInRefused,
  SERVER_UNREACHABLE: exitCode.unreachable,
  SERVER_TIMEOUT: exitCode.unreachable,
  CERTIFICATE_NOT_TRUSTED: exitCode.unreachable,
  PORT_IN_USE: exitCode.usage,
  PORT_NOT_ALLOWED: exitCode.usage,
  LISTEN_FAILED: exitCode.usage,
  NODE_UNREACHABLE: exitCode.unreachable,
  NODE_TIMEOUT: exitCode.unreachable,
  NODE_REJECTED: exitCode.unreachable,
  NODE_TLS: exitCode.unreachable,
  NODE_BROKEN: exitCode.unreachable,
  NODE_REFUSED: exitCode.unreachable,
  SCRIPT_ERROR: exitCode.unsafe,
  SERIES_FILTER_ERROR: exitCode.unsafe,
  KEY_MISSING: exitCode.unsafe,
  EXTENSION_MISSING: exitCode.unsafe,
  UID_CHANGED: exitCode.unsafe,
  PASSPHRASE_WRONG: exitCode.unsafe,
  SCHEME_MISMATCH: exitCode.unsafe,
  CANCELLED: exitCode.interrupted,
  INTERNAL: exitCode.internal,
};

/** Exit code for an error that ended the whole run. */
export function exitCodeOf(code: ErrorCode): number {
  return byError[code] ?? exitCode.someFailed;
}
