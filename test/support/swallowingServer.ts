import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** An address at which packets vanish, as behind a firewall: connections to it neither come about nor are refused. */
export interface SwallowingServer {
  readonly port: number;
  close(): void;
}

/** A stopped process with a full queue of connections: the kernel drops every further attempt (listen(2), backlog). */
export async function startSwallowingServer(): Promise<SwallowingServer> {
  const program =
    "const s = require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => process.stdout.write(`${s.address().port}\\n`))";
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(line.toString());
  child.kill('SIGSTOP');
  const fillers: Socket[] = [];
  // As many as come about; the first that does not shows that the queue is full.
  for (let full = false; !full;) {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    fillers.push(socket);
    full = await Promise.race([once(socket, 'connect').then(() => false), sleep(300).then(() => true)]);
  }
  return {
    port,
    close: () => {
      for (const socket of fillers) socket.destroy();
      child.kill('SIGKILL');
    },
  };
}
