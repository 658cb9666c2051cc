import type { CommandContext } from './command.js';
import { usage, type OptionTable } from './options.js';
import { hasTerminal, promptSecret, readOptionFile } from './prompt.js';

/** Option of the commands that may meet a protected key. */
export const passphraseOptions: OptionTable = {
  'passphrase-file': {
    type: 'string',
    value: 'FILE',
    help: 'file with the passphrase of a protected key (else GIFT_CLOUD_KEY_PASSPHRASE, else a prompt)',
  },
};

const shortest = 8;

type Source = Pick<CommandContext, 'options' | 'environment' | 'signal'>;

/** The passphrase of a key that is there; undefined when nobody gives one. */
export async function askPassphrase(source: Source): Promise<string | undefined> {
  return (
    (await givenPassphrase(source)) ??
    (hasTerminal() ? promptSecret('Passphrase of the key', source.signal) : undefined)
  );
}

/** A passphrase for something new; on a terminal it is typed twice. @throws USAGE */
export async function newPassphrase(source: Source): Promise<string> {
  const given = await givenPassphrase(source);
  const wanted = given ?? (await promptTwice(source.signal));
  if (wanted.length >= shortest) return wanted;
  throw usage(`A passphrase has at least ${shortest} characters.`, 'Several words are easy to keep.');
}

async function givenPassphrase({ options, environment }: Source): Promise<string | undefined> {
  const file = options.text('passphrase-file');
  if (file === undefined) {
    const given = environment['GIFT_CLOUD_KEY_PASSPHRASE'];
    return given === '' ? undefined : given;
  }
  return (await readOptionFile(file, 'passphrase-file')).replace(/\r?\n$/, '');
}

async function promptTwice(signal: AbortSignal): Promise<string> {
  if (!hasTerminal()) {
    throw usage(
      'There is no passphrase.',
      'Give --passphrase-file FILE or set GIFT_CLOUD_KEY_PASSPHRASE; a prompt needs a terminal.',
    );
  }
  const first = await promptSecret('New passphrase', signal);
  const second = await promptSecret('The same again', signal);
  if (first !== undefined && first === second) return first;
  throw usage('The two passphrases differ.', 'Nothing was done: try again.');
}
