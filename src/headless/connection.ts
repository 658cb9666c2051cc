import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Services } from '../services/createServices.js';
import { cancelled, GiftCloudError } from '../services/support/errors.js';
import type { Archive } from '../services/xnat/archive.js';
import type { CommandContext } from './command.js';
import { usage } from './options.js';

/**
 * Opens the server named by the options; nothing is sent yet. The password comes from `--password-file`, else
 * GIFT_CLOUD_PASSWORD, else a prompt on a terminal; without any of them signing in is refused (exit 3).
 */
export async function openArchive(context: CommandContext, services: Services): Promise<Archive> {
  const { options, signal } = context;
  const ca = options.text('ca');
  const pin = options.text('pin');
  const url = options.required('server');
  const userName = options.required('user');
  const password = await givenPassword(context);
  return services.openArchive({
    url,
    userName,
    password: () => (password === undefined ? promptPassword(userName, signal) : Promise.resolve(password)),
    ...(ca !== undefined && { ca: await readText(ca, 'ca') }),
    ...(pin !== undefined && { pin }),
  });
}

async function givenPassword({ options, environment }: CommandContext): Promise<string | undefined> {
  const file = options.text('password-file');
  if (file === undefined) {
    const given = environment['GIFT_CLOUD_PASSWORD'];
    return given === '' ? undefined : given;
  }
  const password = (await readText(file, 'password-file')).replace(/\r?\n$/, '');
  if (password === '') throw usage('The file of --password-file is empty.');
  return password;
}

async function readText(file: string, option: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new GiftCloudError('USAGE', `The file of --${option} could not be read.`, {
      hint: 'Check the path and that you may read it.',
      cause: error,
    });
  }
}

function promptPassword(userName: string, signal: AbortSignal): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new GiftCloudError('SIGN_IN_REQUIRED', 'There is no password.', {
      hint: 'Give --password-file FILE or set GIFT_CLOUD_PASSWORD; a prompt needs a terminal.',
    });
  }
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true });
  // Only now: the terminal shows what is typed until the reader has switched that off.
  process.stderr.write(`Password of ${userName}: `);
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

/** Inputs of a command as they were given; at least one. */
export function requireInputs(context: CommandContext): readonly string[] {
  if (context.options.positionals.length === 0) throw usage('Name at least one file or folder.');
  return context.options.positionals;
}
