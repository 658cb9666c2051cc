import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * DCMTK sends files or whole folders.
 * @param options.halt whether a file that can't be sent ends it all. @throws what it says where it failed
 */
export async function storescu(
  port: number,
  paths: readonly string[],
  { called = 'GIFTCLOUD', calling = 'SCANNER1', halt = true } = {},
): Promise<void> {
  const options = ['-v', '-aec', called, '-aet', calling, '+sd', '+r', ...(halt ? [] : ['-nh'])];
  const sent = promisify(execFile)('storescu', [...options, '127.0.0.1', String(port), ...paths]);
  await (halt ? sent : sent.catch(() => undefined));
}
