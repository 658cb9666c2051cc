import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';

const root = resolve(import.meta.dirname, '../../..');

/** One line of `--json` output. */
export interface JsonLine {
  readonly event: string;
  readonly time: string;
  readonly [name: string]: unknown;
}

export interface Summary extends JsonLine {
  readonly code: number;
  readonly totals: Readonly<Record<string, number>>;
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly hint: string;
    readonly retryable: boolean;
  };
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Another copy of the program. */
  readonly program?: string;
  /** Runs the program through another one, e.g. `setpriv`; gets its arguments in front. */
  readonly through?: readonly string[];
}

/** What a run of the program left: its exit and everything it wrote. */
export class Finished {
  constructor(
    readonly code: number | null,
    readonly signal: NodeJS.Signals | null,
    readonly stdout: string,
    readonly stderr: string,
  ) {}

  /** Every line of standard output; an error where one is no JSON. */
  get lines(): readonly JsonLine[] {
    return this.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as JsonLine);
  }

  of(event: string): readonly JsonLine[] {
    return this.lines.filter((line) => line.event === event);
  }

  /** The last line, which must be the only summary. */
  get summary(): Summary {
    const { lines } = this;
    const last = lines.at(-1);
    if (last?.event !== 'summary' || lines.filter(({ event }) => event === 'summary').length !== 1)
      throw new Error(`the last line is no summary:\n${this.stdout}\n${this.stderr}`);
    return last as Summary;
  }

  /** One word per file in the order of the input, with its code where there is one. */
  get statuses(): readonly string[] {
    return [...this.of('file')]
      .sort((a, b) => Number(a['index']) - Number(b['index']))
      .map((file) => [file['status'], file['code']].filter(Boolean).join(' '));
  }
}

/** A run that goes on. */
export class Running {
  private stdout = '';
  private stderr = '';
  readonly finished: Promise<Finished>;

  constructor(readonly child: ChildProcessByStdio<null, Readable, Readable>) {
    child.stdout.on('data', (text: Buffer) => (this.stdout += text.toString()));
    child.stderr.on('data', (text: Buffer) => (this.stderr += text.toString()));
    this.finished = once(child, 'close').then(
      ([code, signal]) =>
        new Finished(code as number | null, signal as NodeJS.Signals | null, this.stdout, this.stderr),
    );
  }

  /** The first line of standard output that fits, also an earlier one; an error when the program ends without it. */
  async line(fits: (line: string) => boolean): Promise<string> {
    for (;;) {
      const found = this.stdout.split('\n').slice(0, -1).find(fits);
      if (found !== undefined) return found;
      const ended = await Promise.race([once(this.child.stdout, 'data').then(() => false), this.finished]);
      if (ended !== false) throw new Error(`the line never came:\n${this.stdout}\n${this.stderr}`);
    }
  }

  /** The first JSON line of this event. */
  async event(name: string): Promise<JsonLine> {
    return JSON.parse(await this.line((line) => line.includes(`"event":"${name}"`))) as JsonLine;
  }

  kill(signal: NodeJS.Signals): Promise<Finished> {
    this.child.kill(signal);
    return this.finished;
  }
}

/** The program as it ships, in a folder of its own, with a home of its own and no settings of this machine. */
export class CommandLine {
  readonly home: string;
  private readonly running = new Set<Running>();

  constructor() {
    this.home = mkdtempSync(join(tmpdir(), 'gift-cloud-cli-'));
  }

  /** Path in the folder that `close` removes. */
  path(...parts: readonly string[]): string {
    return join(this.home, ...parts);
  }

  start(
    args: readonly string[],
    { env = {}, cwd = this.home, program = builtProgram(), through = [] }: RunOptions = {},
  ): Running {
    const [command = '', ...rest] = [...through, process.execPath, program, ...args];
    const child = spawn(command, rest, {
      cwd,
      env: { PATH: process.env['PATH'], HOME: this.home, TMPDIR: this.home, LANG: 'C.UTF-8', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const running = new Running(child);
    this.running.add(running);
    void running.finished.then(() => this.running.delete(running));
    return running;
  }

  run(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
    return this.start(args, options).finished;
  }

  /** Runs the program on a terminal of its own (script(1)), and types when it shows a text. */
  async onTerminal(
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    typing?: { readonly after: string; readonly text: string },
  ): Promise<{ readonly code: number | null; readonly shown: string }> {
    const command = [process.execPath, builtProgram(), ...args].map((word) => `'${word}'`).join(' ');
    const terminal = spawn('script', ['-qec', command, '/dev/null'], {
      cwd: this.home,
      env: { PATH: process.env['PATH'], HOME: this.home, TMPDIR: this.home, LANG: 'C.UTF-8', ...env },
    });
    let shown = '';
    let toType = typing?.text;
    terminal.stdout.on('data', (text: Buffer) => {
      shown += text.toString();
      if (typing === undefined || toType === undefined || !shown.includes(typing.after)) return;
      terminal.stdin.write(toType);
      toType = undefined;
    });
    const [code] = (await once(terminal, 'close')) as [number | null];
    return { code, shown };
  }

  async close(): Promise<void> {
    await Promise.all([...this.running].map((running) => running.kill('SIGKILL')));
    rmSync(this.home, { recursive: true, force: true });
  }
}

let built: string | undefined;

/** Builds the bundles as they ship, once a test process, and not into `dist`, which others may be writing. */
export function builtProgram(): string {
  if (built === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'gift-cloud-bundles-'));
    // Some runs are those of another user.
    chmodSync(folder, 0o755);
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    for (const script of [
      ['scripts/generate-dictionary.mjs'],
      ['esbuild.mjs', '--production', `--outdir=${folder}`],
    ]) {
      const { status, stderr } = spawnSync(process.execPath, script, { cwd: root, encoding: 'utf8' });
      if (status !== 0) throw new Error(`the build failed: ${stderr}`);
    }
    built = join(folder, 'gateway.js');
  }
  return built;
}
