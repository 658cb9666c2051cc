import { join, resolve } from 'node:path';
import { toGiftCloudError } from '../services/support/errors.js';
import { silentLogger } from '../services/support/logger.js';
import type { Command, CommandContext } from './command.js';
import { commands } from './commands.js';
import { exitCode, exitCodeOf } from './exitCodes.js';
import { commandHelp, overviewHelp } from './help.js';
import { commonOptions, readOptions, usage, type Options } from './options.js';
import { Output, type OutputStreams } from './output.js';
import { defaultStateFolder } from './stateFolder.js';

export interface MainEnvironment {
  readonly streams: OutputStreams;
  readonly version: string;
  readonly bundleFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Fires on SIGINT and SIGTERM; the reason is the name of the signal. */
  readonly signal: AbortSignal;
}

/** The whole command line as a function: arguments in, exit code out (docs/command-line.md). */
export async function main(args: readonly string[], host: MainEnvironment): Promise<number> {
  const [name, ...rest] = args;
  const plain = new Output(host.streams, false, false);
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    plain.line(overviewHelp(commands));
    return name === undefined ? exitCode.usage : exitCode.done;
  }
  if (name === '--version') {
    plain.line(host.version);
    return exitCode.done;
  }
  let output = new Output(host.streams, rest.includes('--json'), rest.includes('--quiet'));
  try {
    const command = commands.find((candidate) => candidate.name === name);
    if (!command) throw usage('There is no such command.');
    const options = readCommandOptions(command, rest);
    output = new Output(host.streams, options.flag('json'), options.flag('quiet'));
    if (options.flag('help')) {
      output.line(commandHelp(command));
      return exitCode.done;
    }
    const result = await command.run(commandContext(options, output, host));
    if (result.error) output.error(result.error);
    output.summary(result.code, result.totals, result.error, result.more);
    return result.code;
  } catch (thrown) {
    const error = toGiftCloudError(thrown);
    const code = exitCodeOf(error.code);
    output.error(error);
    output.summary(code, undefined, error);
    return code;
  }
}

function readCommandOptions(command: Command, args: readonly string[]): Options {
  const knownNames = new Set(commands.flatMap((candidate) => Object.keys(candidate.options)));
  return readOptions(args, { ...command.options, ...commonOptions }, knownNames);
}

function commandContext(options: Options, output: Output, host: MainEnvironment): CommandContext {
  return {
    options,
    output,
    version: host.version,
    signal: host.signal,
    bundleFolder: host.bundleFolder,
    environment: host.environment,
    services: async () => {
      const { createServices } = await import('../services/createServices.js');
      return createServices({
        version: host.version,
        stateFolder: resolve(options.text('state') ?? defaultStateFolder(process.platform, host.environment)),
        workerScript: join(host.bundleFolder, 'worker.js'),
        mayBlock: true,
        logger: silentLogger,
        environment: host.environment,
      });
    },
  };
}
