/**
 * `npm run soak [-- minutes]`: the gateway as it ships receives and sends for an hour; its memory is printed each minute. Ends
 * with 1 where it grew.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandLine } from '../cli/support/commandLine.js';
import { GatewayProgram } from '../cli/support/gateway.js';
import { passwordOf, Server } from '../cli/support/server.js';
import { Random } from '../fuzz/random.js';
import { Sender } from './support/sender.js';

const senderCount = 3;
const patients = 500;
/** A server that is slower than the senders would show a growing spool, and nothing of the memory. */
const mostSpooled = 100;
/** What the heap of Node.js swings by, in the middle. */
const toleratedMb = 10;

async function soak(minutes: number): Promise<boolean> {
  const cli = new CommandLine();
  try {
    const server = await Server.start(cli, ['--empty', '--data', cli.path('server')]);
    const gateway = await GatewayProgram.start(cli, server.as('alice'), { env: passwordOf('alice') });
    const random = new Random(1);
    let spooled = 0;
    const senders = Array.from({ length: senderCount }, (_, at) => {
      const own = new Random(random.below(2 ** 31));
      return new Sender(
        at + 1,
        gateway.port,
        patients,
        own,
        cli.path('senders'),
        () => spooled < mostSpooled,
      );
    });
    const memory: number[] = [];
    console.log('minute  memory MB  received  archived  in the spool');
    for (let second = 5; second <= minutes * 60; second += 5) {
      await sleep(5000);
      const metrics = await gateway.metrics();
      spooled = metrics.get('giftcloud_spool_objects') ?? 0;
      if (second % 60 !== 0) continue;
      const of = (name: string): number => metrics.get(`giftcloud_${name}`) ?? 0;
      memory.push(of('resident_memory_bytes') / 1e6);
      const counts = [of('objects_received_total'), of('files_archived_total'), of('spool_objects')];
      console.log(
        [second / 60, memory.at(-1)?.toFixed(1), ...counts]
          .map((word) => String(word).padStart(6))
          .join('    '),
      );
    }
    await Promise.all(senders.map((sender) => sender.finish()));
    await gateway.until('spool_objects', (count) => count === 0);
    const { code } = await gateway.stop();
    return code === 0 && isFlat(memory);
  } finally {
    await cli.close();
  }
}

/** The last third against the one in the middle: at first everything is loaded and compiled. */
function isFlat(memory: readonly number[]): boolean {
  const third = Math.max(1, Math.floor(memory.length / 3));
  const before = median(memory.slice(-2 * third, -third));
  const after = median(memory.slice(-third));
  const flat = after - before < toleratedMb;
  console.log(`memory: ${before.toFixed(1)} MB, later ${after.toFixed(1)} MB: ${flat ? 'flat' : 'growing'}`);
  return flat;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const minutes = Number(process.argv[2] ?? 60);
void soak(minutes).then((flat) => {
  process.exitCode = flat ? 0 : 1;
});
