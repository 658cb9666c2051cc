import { join, resolve } from 'node:path';
import type { DisposableLike } from '../services/support/disposable.js';
import { silentLogger } from '../services/support/logger.js';
import type { Command, CommandContext } from './command.js';
import { commands } from './commands.js';
import { exitCode, exitCodeOf } from './exitCodes.js';
import { failureOf } from './failure.js';
import { commandHelp, overviewHelp } from './help.js';
import { commonOptions, readOptions, usage, type Options } from './options.js';
import { Output, type OutputStreams } from './output.js';
import { assertReportPath, writeReport } from './report.js';
import { askPassphrase } from './passphrase.js';
import { defaultStateFolder } from './stateFolder.js';

export interface MainEnvironment {
  readonly streams: OutputStreams;
  readonly version: string;
  readonly bundleFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Fires on SIGINT and SIGTERM with the name as reason, and when nobody reads the output any more. */
  readonly signal: AbortSignal;
  /** SIGHUP, which ends the program where nobody listens. */
  onHangup(listener: () => void): DisposableLike;
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
  let output = outputAsWished(args, host);
  try {
    const command = commands.find((candidate) => candidate.name === name);
    if (!command) throw usage('There is no such command.');
    const read = (): Options => readCommandOptions(command, rest);
    const options = read();
    output = new Output(host.streams, options.flag('json'), options.flag('quiet'));
    if (options.flag('help')) {
      output.line(commandHelp(command));
      output.summary(exitCode.done, {});
      return exitCode.done;
    }
    return await run(command, commandContext(options, read, output, host));
  } catch (thrown) {
    return end(thrown, output);
  }
}

/** What is said, and the exit code, when an error came up outside of everything. */
export function crash(thrown: unknown, args: readonly string[], host: MainEnvironment): number {
  return end(thrown, outputAsWished(args, host));
}

/** While the options are not read yet, and may never be. */
function outputAsWished(args: readonly string[], { streams }: MainEnvironment): Output {
  return new Output(streams, args.includes('--json'), args.includes('--quiet'));
}

function end(thrown: unknown, output: Output): number {
  const error = failureOf(thrown);
  const code = exitCodeOf(error.code);
  output.error(error);
  output.summary(code, {}, error);
  return code;
}

async function run(command: Command, context: CommandContext): Promise<number> {
  const { options, output, version } = context;
  const report = options.text('report');
  const started = new Date().toISOString();
  if (report !== undefined) await assertReportPath(report);
  const { code, totals = {}, error } = await command.run(context);
  if (report !== undefined && command.reportsFiles !== true) {
    const finished = new Date().toISOString();
    await writeReport(report, { tool: 'gift-cloud', version, started, finished, totals, files: [] });
  }
  const shown = error && failureOf(error);
  if (shown) output.error(shown);
  output.summary(code, totals, shown);
  return code;
}

function readCommandOptions(command: Command, args: readonly string[]): Options {
  const knownNames = new Set(commands.flatMap((candidate) => Object.keys(candidate.options)));
  return readOptions(args, { ...command.options, ...commonOptions }, knownNames);
}

function commandContext(
  options: Options,
  reread: () => Options,
  output: Output,
  host: MainEnvironment,
): CommandContext {
  const stateFolder = resolve(
    options.text('state') ?? defaultStateFolder(process.platform, host.environment),
  );
  const context: CommandContext = {
    stateFolder,
    options,
    reread,
    output,
    version: host.version,
    signal: host.signal,
    bundleFolder: host.bundleFolder,
    environment: host.environment,
    onHangup: (listener) => host.onHangup(listener),
    services: async (logger = silentLogger) => {
      const { createServices } = await import('../services/createServices.js');
      return createServices({
        version: host.version,
        stateFolder,
        workerScript: join(host.bundleFolder, 'worker.js'),
        listScript: join(host.bundleFolder, 'patientList.js'),
        mayBlock: true,
        logger,
        environment: host.environment,
        keyPassphrase: () => askPassphrase(context),
      });
    },
  };
  return context;
}
