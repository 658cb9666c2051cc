import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { GiftCloudError } from '../services/support/errors.js';

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  /** Placeholder of the value in the help, e.g. `FILE`. */
  readonly value?: string;
  readonly help: string;
}

export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** Options that every command takes. */
export const commonOptions: OptionTable = {
  config: { type: 'string', value: 'FILE', help: 'JSON file with the same names as these options' },
  state: { type: 'string', value: 'DIR', help: 'folder for the state of jobs' },
  report: {
    type: 'string',
    value: 'FILE',
    help: 'write a JSON report, one row per input file (holds local file names)',
  },
  json: { type: 'boolean', help: 'JSON lines on standard output' },
  quiet: { type: 'boolean', help: 'no progress' },
  help: { type: 'boolean', help: 'show this help' },
};

/** What makes no sense in the file of `--config`. */
export const notInConfig: ReadonlySet<string> = new Set(['config', 'help', 'schema', 'profile-schema']);

/** Options of the commands that talk to a server. */
export const serverOptions: OptionTable = {
  server: { type: 'string', value: 'URL', help: 'address of the GIFT-Cloud server' },
  user: { type: 'string', value: 'NAME', help: 'user name' },
  'password-file': {
    type: 'string',
    value: 'FILE',
    help: 'file with the password (else GIFT_CLOUD_PASSWORD, else a prompt)',
  },
  ca: { type: 'string', value: 'FILE', help: 'PEM file of the certificate authority of your site' },
  pin: { type: 'string', value: 'SHA256', help: 'fingerprint of the server certificate' },
};

/** Parsed options of one call; a value may come from the command line or from `--config`. */
export class Options {
  constructor(
    readonly positionals: readonly string[],
    private readonly values: Readonly<
      Record<string, string | boolean | readonly (string | boolean)[] | undefined>
    >,
  ) {}

  text(name: string): string | undefined {
    const value = this.values[name];
    return typeof value === 'string' ? value : undefined;
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === '') throw usage(`The option --${name} is needed.`);
    return value;
  }

  flag(name: string): boolean {
    return this.values[name] === true;
  }

  list(name: string): readonly string[] {
    const value = this.values[name];
    if (Array.isArray(value)) return value.filter((item): item is string => typeof item === 'string');
    return typeof value === 'string' ? [value] : [];
  }

  /** A whole number, or undefined when the option is absent. */
  port(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const port = Number(value);
    if (!/^\d+$/.test(value) || port > 65535)
      throw usage(`The option --${name} takes a port from 0 to 65535.`);
    return port;
  }

  /** A whole number, or undefined when the option is absent. */
  whole(name: string, least = 0): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (!/^\d{1,9}$/.test(value) || number < least)
      throw usage(`The option --${name} takes a whole number, ${least} or more.`);
    return number;
  }

  /** A number above 0, or undefined when the option is absent. */
  positive(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (!/^\d{1,9}(\.\d{1,9})?$/.test(value) || number === 0)
      throw usage(`The option --${name} takes a number above 0, such as 50 or 0.5.`);
    return number;
  }
}

export function usage(
  message: string,
  hint = 'Run "gift-cloud help" for the commands and their options.',
): GiftCloudError {
  return new GiftCloudError('USAGE', message, { hint });
}

/**
 * Reads the options of one command. What stands on the command line beats `--config FILE`.
 * @param knownNames options of all commands: one config file may serve several commands.
 * @throws USAGE for unknown options, missing values and an unreadable or malformed config file.
 */
export function readOptions(
  args: readonly string[],
  table: OptionTable,
  knownNames: ReadonlySet<string> = new Set(),
): Options {
  const specs = Object.fromEntries(
    Object.entries(table).map(
      ([name, spec]) => [name, { type: spec.type, multiple: spec.multiple ?? false }] as const,
    ),
  );
  const config = { args: [...args], options: specs, allowPositionals: true };
  // An unknown option is named by its place: it may be the name of a file that begins with a dash.
  const { tokens } = parseArgs({ ...config, strict: false, tokens: true });
  const unknown = tokens.find((token) => token.kind === 'option' && !(token.name in specs));
  if (unknown) {
    throw usage(
      `Argument ${unknown.index + 1} after the command is none of its options.`,
      'Add --help for the options; put -- before names of files that begin with a dash.',
    );
  }
  let parsed;
  try {
    parsed = parseArgs({ ...config, strict: true });
  } catch (error) {
    throw usage(`${(error as Error).message.split('.')[0] ?? 'The options could not be read'}.`);
  }
  const values = { ...parsed.values };
  const configFile = values['config'];
  return new Options(parsed.positionals, {
    ...(typeof configFile === 'string' ? readConfig(configFile, table, knownNames) : {}),
    ...values,
  });
}

function readConfig(
  file: string,
  table: OptionTable,
  knownNames: ReadonlySet<string>,
): Record<string, string | boolean | string[]> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw usage('The file of --config could not be read as JSON.');
  }
  if (content === null || typeof content !== 'object' || Array.isArray(content))
    throw usage('The file of --config must hold one JSON object.');
  const result: Record<string, string | boolean | string[]> = {};
  for (const [name, value] of Object.entries(content)) {
    const spec = notInConfig.has(name) ? undefined : table[name];
    if (name === '$schema' || (!spec && knownNames.has(name) && !notInConfig.has(name))) continue;
    if (!spec) throw usage(`The file of --config names the unknown option "${name}".`);
    result[name] = configValue(name, spec, value);
  }
  return result;
}

function configValue(name: string, spec: OptionSpec, value: unknown): string | boolean | string[] {
  if (spec.type === 'boolean') {
    if (typeof value === 'boolean') return value;
  } else if (spec.multiple) {
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  } else if (typeof value === 'string' || (spec.value === 'N' && Number.isInteger(value))) {
    return String(value);
  }
  throw usage(`The option "${name}" in the file of --config has a value of the wrong type.`);
}
