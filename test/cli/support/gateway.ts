import { run } from '../../interop/support/peers.js';
import type { CommandLine, Finished, Running, RunOptions } from './commandLine.js';
import { project } from './archive.js';

/** A running `gift-cloud listen`, and DCMTK's programs that talk to it. */
export class GatewayProgram {
  private constructor(
    readonly program: Running,
    readonly port: number,
    private readonly httpPort: number,
  ) {}

  /** Starts it and waits until it listens, with ports that are free and everything else as it comes. */
  static async start(
    cli: CommandLine,
    args: readonly string[],
    options?: RunOptions,
  ): Promise<GatewayProgram> {
    return GatewayProgram.of(cli.start(listenArguments(args), options));
  }

  static async of(program: Running): Promise<GatewayProgram> {
    const { port, httpPort } = await program.event('listening');
    return new GatewayProgram(program, Number(port), Number(httpPort));
  }

  /** Runs one of DCMTK's senders to its end; gives its output in any case. */
  async send(
    sender: 'storescu' | 'dcmsend' | 'echoscu',
    paths: readonly string[] = [],
    options: readonly string[] = [],
  ): Promise<{ readonly code: number | null; readonly told: string }> {
    const called = options.includes('-aec') ? [] : ['-aec', 'GIFTCLOUD'];
    // DCMTK stalls on Nagle's algorithm otherwise.
    const words = ['TCP_NODELAY=1', sender, ...called, ...options, '127.0.0.1', String(this.port), ...paths];
    const { code, out, err } = await run('env', words);
    return { code, told: out + err };
  }

  async health(): Promise<{ readonly status: number; readonly codes: readonly string[] }> {
    const answer = await this.get('/healthz');
    const { why } = (await answer.json()) as { why: { code: string }[] };
    return { status: answer.status, codes: why.map(({ code }) => code) };
  }

  /** Metrics by name with their labels. */
  async metrics(): Promise<ReadonlyMap<string, number>> {
    const lines = (await (await this.get('/metrics')).text()).split('\n');
    const samples = lines.filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
    );
  }

  get(path: string, init?: RequestInit): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.httpPort}${path}`, init);
  }

  /** Waits until a metric is as it should be. */
  async until(name: string, fits: (value: number) => boolean): Promise<void> {
    while (!fits((await this.metrics()).get(`giftcloud_${name}`) ?? Number.NaN)) await pause();
  }

  /** Waits until so many files were archived by this program, and nothing lies in the spool. */
  async untilArchived(files: number): Promise<void> {
    await this.until('files_archived_total', (count) => count >= files);
    await this.until('spool_objects', (count) => count === 0);
  }

  async untilHealth(fits: (health: Awaited<ReturnType<GatewayProgram['health']>>) => boolean): Promise<void> {
    while (!fits(await this.health())) await pause();
  }

  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Finished> {
    return this.program.kill(signal);
  }
}

export function listenArguments(args: readonly string[]): readonly string[] {
  const usual = ['--project', project, '--state', 'state', '--json', '--bind', '127.0.0.1'];
  const ports = ['--port', '--http-port'].flatMap((name) => (args.includes(name) ? [] : [name, '0']));
  return ['listen', ...usual, ...ports, ...args];
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}
