import type { Services } from '../services/createServices.js';
import { GiftCloudError } from '../services/support/errors.js';
import type { Archive } from '../services/xnat/archive.js';
import type { CommandContext } from './command.js';
import { usage, type Options } from './options.js';
import { hasTerminal, promptSecret, readOptionFile } from './prompt.js';

/** How the options say to reach a server. */
export interface GivenConnection {
  readonly url: string;
  readonly userName: string;
  /** Undefined where it has to be asked for. */
  readonly password: string | undefined;
  readonly ca?: string;
  readonly pin?: string;
}

/**
 * Opens the server named by the options; nothing is sent yet. The password comes from `--password-file`, else
 * GIFT_CLOUD_PASSWORD, else a prompt on a terminal; without any of them signing in is refused (exit 3).
 */
export async function openArchive(context: CommandContext, services: Services): Promise<Archive> {
  return openGiven(await givenConnection(context), services, context.signal);
}

export function openGiven(
  { password, ...given }: GivenConnection,
  services: Services,
  signal: AbortSignal,
): Archive {
  const ask = (): Promise<string | undefined> => promptPassword(given.userName, signal);
  return services.openArchive({
    ...given,
    password: () => (password === undefined ? ask() : Promise.resolve(password)),
  });
}

/** Signs in to the server named by the options, works with it and signs out. */
export async function withArchive(
  context: CommandContext,
  services: Services,
  work: (archive: Archive) => Promise<void>,
): Promise<void> {
  const archive = await openArchive(context, services);
  try {
    await archive.signIn(context.signal);
    await work(archive);
  } finally {
    await archive.signOut().catch(() => undefined);
  }
}

/** @throws USAGE */
export async function givenConnection(
  context: Pick<CommandContext, 'options' | 'environment'>,
): Promise<GivenConnection> {
  const { options } = context;
  return {
    url: options.required('server'),
    userName: options.required('user'),
    password: await givenPassword(context),
    ...(await givenTrust(options)),
  };
}

/** Which certificates the options trust. @throws USAGE */
export async function givenTrust(options: Options): Promise<Pick<GivenConnection, 'ca' | 'pin'>> {
  const ca = options.text('ca');
  const pin = options.text('pin');
  return {
    ...(ca !== undefined && { ca: await readOptionFile(ca, 'ca') }),
    ...(pin !== undefined && { pin }),
  };
}

async function givenPassword({
  options,
  environment,
}: Pick<CommandContext, 'options' | 'environment'>): Promise<string | undefined> {
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
