import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ToldByQueueProcess } from './queueProcess.js';

/** A process that uploads or runs the queue, and what it said so far. */
export class QueueChild {
  readonly told: ToldByQueueProcess[] = [];
  readonly exited: Promise<unknown>;
  private readonly process: ChildProcess;

  constructor(mode: 'upload' | 'work', url: string, stateFolder: string, inputs: readonly string[] = []) {
    const program = join(import.meta.dirname, 'queueProcess.ts');
    this.process = fork(program, [mode, url, stateFolder, ...inputs], {
      execArgv: ['--import=tsx'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    this.process.on('message', (message) => this.told.push(message as ToldByQueueProcess));
    this.exited = once(this.process, 'exit');
  }

  get isOver(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  /** Waits for a word; false when the process ends without it. */
  async says(fits: (told: ToldByQueueProcess) => boolean): Promise<boolean> {
    while (!this.told.some(fits)) {
      if (this.isOver) return this.told.some(fits);
      await Promise.race([once(this.process, 'message'), this.exited]);
    }
    return true;
  }

  signal(name: NodeJS.Signals): void {
    this.process.kill(name);
  }

  async kill(): Promise<void> {
    if (!this.isOver) this.process.kill('SIGKILL');
    await this.exited;
  }
}
