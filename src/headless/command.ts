import type { Services } from '../services/createServices.js';
import type { Totals } from '../services/pipeline/types.js';
import type { GiftCloudError } from '../services/support/errors.js';
import type { OptionTable, Options } from './options.js';
import type { Output } from './output.js';

/** What every command gets; made once in gateway.ts. */
export interface CommandContext {
  readonly options: Options;
  readonly output: Output;
  readonly version: string;
  /** Fired by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  /** Folder of the bundles, where sandbox.js lies. */
  readonly bundleFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  services(): Promise<Services>;
}

export interface CommandResult {
  readonly code: number;
  readonly totals?: Totals;
  /** What ended the run early, with the totals up to there. */
  readonly error?: GiftCloudError;
  /** More fields of the JSON summary. */
  readonly more?: Readonly<Record<string, unknown>>;
}

export interface Command {
  readonly name: string;
  /** Positional arguments in the help, e.g. `PATH...`. */
  readonly usage: string;
  readonly help: string;
  readonly options: OptionTable;
  run(context: CommandContext): Promise<CommandResult>;
}
