import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { CertificateFiles } from './selfSigned.js';

/**
 * DCMTK sends files or whole folders.
 * @param options.halt whether a file that can't be sent ends it all
 * @param options.tls who we are, and the one that we trust
 * @throws what it says where it failed
 */
export async function storescu(
  port: number,
  paths: readonly string[],
  options: {
    readonly called?: string;
    readonly calling?: string;
    readonly halt?: boolean;
    readonly tls?: CertificateFiles & { readonly trusted: string };
  } = {},
): Promise<void> {
  const { called = 'GIFTCLOUD', calling = 'SCANNER1', halt = true, tls } = options;
  const names = ['-aec', called, '-aet', calling];
  const rest = [...(halt ? [] : ['-nh']), ...(tls ? ['+tls', tls.key, tls.cert, '+cf', tls.trusted] : [])];
  const command = ['-v', ...names, '+sd', '+r', ...rest, '127.0.0.1', String(port), ...paths];
  const sent = promisify(execFile)('storescu', command);
  await (halt ? sent : sent.catch(() => undefined));
}
