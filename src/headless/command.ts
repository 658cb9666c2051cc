import type { Services } from '../services/createServices.js';
import type { DisposableLike } from '../services/support/disposable.js';
import type { GiftCloudError } from '../services/support/errors.js';
import type { Logger } from '../services/support/logger.js';
import type { OptionTable, Options } from './options.js';
import type { Output } from './output.js';

/** What every command gets; made once in gateway.ts. */
export interface CommandContext {
  readonly options: Options;
  readonly output: Output;
  readonly version: string;
  /** Fired by SIGINT and SIGTERM, with the name as reason, and when nobody reads the output any more. */
  readonly signal: AbortSignal;
  /** Folder of the bundles, where sandbox.js lies. */
  readonly bundleFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute; may not be there yet. */
  readonly stateFolder: string;
  /** @param logger hears what the services do; nobody unless given. */
  services(logger?: Logger): Promise<Services>;
  /** The options once more, with `--config` as it is now. @throws USAGE */
  reread(): Options;
  /** SIGHUP, which ends the program where nobody listens. */
  onHangup(listener: () => void): DisposableLike;
}

export interface CommandResult {
  readonly code: number;
  /** What was done, in numbers, also up to an error. */
  readonly totals?: object;
  /** What ended the run early. */
  readonly error?: GiftCloudError;
}

export interface Command {
  readonly name: string;
  /** Positional arguments in the help, e.g. `PATH...`. */
  readonly usage: string;
  readonly help: string;
  readonly options: OptionTable;
  /** Whether it works on files and writes `--report` itself, with a row for each. */
  readonly reportsFiles?: boolean;
  run(context: CommandContext): Promise<CommandResult>;
}
