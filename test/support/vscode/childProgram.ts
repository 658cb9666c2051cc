import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The line that says that the program is ready. */
  readonly ready: (line: string) => boolean;
  readonly timeoutMs?: number;
}

const running = new Set<ChildProgram>();
// Whatever ends this process, the programs it started must not stay behind.
process.once('exit', () => {
  for (const program of running) program.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    // Whoever listens too ends the programs in good order itself.
    if (process.listenerCount(signal) === 0) process.exit(130);
  });
}

/** A long-running program that was started here, with the children it makes, and that is ended here. */
export class ChildProgram {
  private constructor(
    private readonly child: ChildProcess,
    /** The line that matched `ready`. */
    readonly readyLine: string,
    /** Its last lines of output, for a person who looks for the reason of a failure. */
    readonly lastLines: readonly string[],
  ) {}

  /** Starts the program and waits for its ready line; an early end or silence is an error with its last lines. */
  static async start(
    command: string,
    args: readonly string[],
    options: ProgramOptions,
  ): Promise<ChildProgram> {
    // A process group of its own: the VS Code server forks the extension host and terminals, which must end with it.
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const lines: string[] = [];
    const keep = (line: string): void => {
      lines.push(line);
      if (lines.length > 60) lines.shift();
    };
    const readyLine = await new Promise<string>((done, fail) => {
      const giveUp = (why: string): void => fail(new Error(`${command} ${why}\n${lines.join('\n')}`));
      const timer = setTimeout(() => {
        killGroup(child, 'SIGKILL');
        giveUp('was not ready in time');
      }, options.timeoutMs ?? 60_000);
      const listen = (stream: NodeJS.ReadableStream): void => {
        createInterface({ input: stream }).on('line', (line) => {
          keep(line);
          if (!options.ready(line)) return;
          clearTimeout(timer);
          done(line);
        });
      };
      listen(child.stdout);
      listen(child.stderr);
      child.once('error', (error) => giveUp(error.message));
      child.once('exit', (code) => {
        clearTimeout(timer);
        giveUp(`ended with ${String(code)}`);
      });
    });
    const program = new ChildProgram(child, readyLine, lines);
    running.add(program);
    return program;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  kill(signal: NodeJS.Signals): void {
    killGroup(this.child, signal);
  }

  /** Asks it to end, insists after five seconds; gives the exit code, or undefined after insisting. */
  async stop(): Promise<number | undefined> {
    running.delete(this);
    if (this.child.exitCode !== null) return this.child.exitCode;
    const ended = new Promise<number | undefined>((done) => {
      this.child.once('exit', (code) => done(code ?? undefined));
    });
    this.kill('SIGTERM');
    const insist = setTimeout(() => this.kill('SIGKILL'), 5000);
    const code = await ended;
    clearTimeout(insist);
    this.kill('SIGKILL');
    return code;
  }
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: the whole group has ended already.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
