import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cost } from './command.js';

/** Ticks of /proc in a second (sysconf _SC_CLK_TCK, 100 on every Linux that runs Node). */
const ticks = 100;

/** A server that others send to, measured from outside by what Linux knows of it. */
export class ServerProcess {
  private told = '';

  private constructor(
    private readonly process: ChildProcess,
    readonly port: number,
  ) {
    process.stdout?.on('data', (text: Buffer) => (this.told += text.toString()));
  }

  /** Starts it and waits until its port is open. */
  static async start(command: readonly string[], port: number): Promise<ServerProcess> {
    const [program = '', ...args] = command;
    // DCMTK and Orthanc answer late otherwise.
    const env = { ...process.env, TCP_NODELAY: '1' };
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
    const server = new ServerProcess(child, port);
    while (!(await isOpen(port))) {
      if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`);
      await sleep(20);
    }
    return server;
  }

  /** Waits until it prints a word. */
  async says(word: string): Promise<void> {
    while (!this.told.includes(word)) {
      if (this.process.exitCode !== null) throw new Error(`it ended without "${word}"`);
      await sleep(2);
    }
  }

  /** What it takes while something is done to it. */
  async measured(work: () => Cost): Promise<Cost> {
    const before = this.cpu();
    const { wall } = work();
    return { wall, cpu: this.cpu() - before, peakMb: this.peakMb() };
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const exited = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await exited;
  }

  private cpu(): number {
    const fields = this.of('stat')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticks;
  }

  private peakMb(): number {
    return Number(/VmHWM:\s+(\d+)/.exec(this.of('status'))?.[1]) / 1024;
  }

  private of(what: 'stat' | 'status'): string {
    return readFileSync(`/proc/${this.process.pid ?? ''}/${what}`, 'utf8');
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
