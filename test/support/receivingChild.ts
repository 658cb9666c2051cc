import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { associated, store } from './dimsePeer.js';
import type { SentObject } from './spoolRig.js';

/** A process that receives, until it is killed. */
export class ReceivingChild {
  private constructor(
    private readonly process: ChildProcess,
    private readonly port: number,
  ) {}

  /** @param url of a server to upload to; none: it only receives. */
  static async start(stateFolder: string, url = ''): Promise<ReceivingChild> {
    const program = join(import.meta.dirname, 'receivingProcess.ts');
    const child = fork(program, [stateFolder, url], {
      execArgv: ['--import=tsx'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const [port] = (await once(child, 'message')) as [number];
    return new ReceivingChild(child, port);
  }

  /** Sends objects over one association; gives those that were answered with Success before it broke. */
  async send(objects: readonly SentObject[]): Promise<readonly SentObject[]> {
    const stored: SentObject[] = [];
    try {
      const peer = await associated(this.port);
      for (const sent of objects) {
        const { sopInstanceUid, sopClassUid } = sent.object;
        if ((await store(peer, sopInstanceUid, sent.dataSet, sopClassUid)) === 0) stored.push(sent);
      }
      await peer.association.release();
      peer.socket.destroy();
    } catch {
      // It was killed.
    }
    return stored;
  }

  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await exited;
  }
}
