import type { GiftCloudError } from '../services/support/errors.js';

export interface OutputStreams {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
}

/**
 * What a command prints. Never holds an identifier, apart from the answer of a look-up: files are an index, patients a subject
 * label.
 */
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
    this.human.write(`${printable(text)}\n`);
  }

  /** Progress for people: a live line on a terminal, nothing with `--quiet`. */
  progress(text: string): void {
    if (this.quiet || !this.human.isTTY) return;
    this.human.write(`\r\u001b[2K${printable(text)}`);
    this.liveShown = true;
  }

  /** A step of long work: a plain line where there is no terminal, unless `--quiet`. */
  step(text: string): void {
    if (!this.quiet) this.line(text);
  }

  warning(text: string): void {
    this.clearLive();
    this.streams.stderr.write(`warning: ${printable(text)}\n`);
  }

  error(error: GiftCloudError): void {
    this.clearLive();
    const hint = error.hint === '' ? '' : `       ${printable(error.hint)}\n`;
    this.streams.stderr.write(`error: ${printable(error.message)}\n${hint}`);
  }

  /** The last line of every `--json` run. */
  summary(code: number, totals: object, error?: GiftCloudError): void {
    this.clearLive();
    this.event('summary', {
      code,
      totals,
      ...(error && {
        error: { code: error.code, message: error.message, hint: error.hint, retryable: error.retryable },
      }),
    });
  }

  private get human(): OutputStreams['stdout'] {
    return this.json ? this.streams.stderr : this.streams.stdout;
  }

  private clearLive(): void {
    if (!this.liveShown) return;
    this.human.write('\r\u001b[2K');
    this.liveShown = false;
  }
}

/** Text without the signs that move a terminal's cursor: some of it comes from a server. */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '?');
}
