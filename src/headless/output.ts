import type { Totals } from '../services/pipeline/types.js';
import type { GiftCloudError } from '../services/support/errors.js';

export interface OutputStreams {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
}

/** What a command prints. Never holds an identifier: files are an index, patients a subject label. */
export class Output {
  private liveShown = false;

  constructor(
    private readonly streams: OutputStreams,
    readonly json: boolean,
    private readonly quiet: boolean,
  ) {}

  /** One JSON line, with `--json` only. */
  event(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    if (this.json)
      this.streams.stdout.write(`${JSON.stringify({ event, time: new Date().toISOString(), ...fields })}\n`);
  }

  /** A result for people: standard output, or standard error with `--json`. */
  line(text: string): void {
    this.clearLive();
    (this.json ? this.streams.stderr : this.streams.stdout).write(`${text}\n`);
  }

  /** Progress for people: a live line on a terminal, nothing with `--quiet`. */
  progress(text: string): void {
    const stream = this.json ? this.streams.stderr : this.streams.stdout;
    if (this.quiet || !stream.isTTY) return;
    stream.write(`\r\u001b[2K${text}`);
    this.liveShown = true;
  }

  /** A step of long work: a plain line where there is no terminal, unless `--quiet`. */
  step(text: string): void {
    if (!this.quiet) this.line(text);
  }

  warning(text: string): void {
    this.clearLive();
    this.streams.stderr.write(`warning: ${text}\n`);
  }

  error(error: GiftCloudError): void {
    this.clearLive();
    this.streams.stderr.write(`error: ${error.message}\n${error.hint ? `       ${error.hint}\n` : ''}`);
  }

  /** The last line of every `--json` run. */
  summary(
    code: number,
    totals: Totals | undefined,
    error: GiftCloudError | undefined,
    more: Readonly<Record<string, unknown>> = {},
  ): void {
    this.clearLive();
    this.event('summary', {
      code,
      totals: totals ?? {},
      ...more,
      ...(error && {
        error: { code: error.code, message: error.message, hint: error.hint, retryable: error.retryable },
      }),
    });
  }

  private clearLive(): void {
    if (!this.liveShown) return;
    (this.json ? this.streams.stderr : this.streams.stdout).write('\r\u001b[2K');
    this.liveShown = false;
  }
}
