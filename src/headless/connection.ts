import type { Services } from '../services/createServices.js';
import { GiftCloudError } from '../services/support/errors.js';
import type { Archive } from '../services/xnat/archive.js';
import type { CommandContext } from './command.js';
import { usage } from './options.js';
import { hasTerminal, promptSecret, readOptionFile } from './prompt.js';

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
    ...(ca !== undefined && { ca: await readOptionFile(ca, 'ca') }),
    ...(pin !== undefined && { pin }),
  });
}

async function givenPassword({ options, environment }: CommandContext): Promise<string | undefined> {
  const file = options.text('password-file');
  if (file === undefined) {
    const given = environment['GIFT_CLOUD_PASSWORD'];
    return given === '' ? undefined : given;
  }
  const password = (await readOptionFile(file, 'password-file')).replace(/\r?\n$/, '');
  if (password === '') throw usage('The file of --password-file is empty.');
  return password;
}

function promptPassword(userName: string, signal: AbortSignal): Promise<string | undefined> {
  if (!hasTerminal()) {
    throw new GiftCloudError('SIGN_IN_REQUIRED', 'There is no password.', {
      hint: 'Give --password-file FILE or set GIFT_CLOUD_PASSWORD; a prompt needs a terminal.',
    });
  }
  return promptSecret(`Password of ${userName}`, signal);
}

/** Inputs of a command as they were given; at least one. */
export function requireInputs(context: CommandContext): readonly string[] {
  if (context.options.positionals.length === 0) throw usage('Name at least one file or folder.');
  return context.options.positionals;
}
