import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { cancelled, GiftCloudError } from '../services/support/errors.js';

/** Whether there is somebody to ask: never a prompt without a terminal. */
export function hasTerminal(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** Asks for a secret on the terminal without showing it; undefined when the person gives up. @throws CANCELLED on ^C */
export function promptSecret(prompt: string, signal: AbortSignal): Promise<string | undefined> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true });
  // Only now: the terminal shows what is typed until the reader has switched that off.
  process.stderr.write(`${prompt}: `);
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      reject(cancelled());
      reader.close();
    };
    // The terminal hands ^C over as a key while it reads.
    reader.once('SIGINT', leave);
    signal.addEventListener('abort', leave, { once: true });
    reader.once('close', () => {
      signal.removeEventListener('abort', leave);
      process.stderr.write('\n');
      resolve(undefined);
    });
    reader.question('', (answer) => {
      resolve(answer);
      reader.close();
    });
  });
}

/** Text of a file that an option names. @throws USAGE */
export async function readOptionFile(file: string, option: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new GiftCloudError('USAGE', `The file of --${option} could not be read.`, {
      hint: 'Check the path and that you may read it.',
      cause: error,
    });
  }
}
