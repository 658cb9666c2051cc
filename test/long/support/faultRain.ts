import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultRule } from '../../../src/sandbox/server/faults.js';
import type { Server } from '../../cli/support/server.js';
import type { Random } from '../../fuzz/random.js';

const ofProjects = '/data/(archive/)?projects';

/** What a network and a server do to requests: connections dropped at every place, errors, lost sessions, writes without effect. */
const kinds: readonly FaultRule[] = [
  { action: 'drop' },
  { action: 'dropAnswer' },
  { action: 'dropMidBody' },
  { action: 'dropUpload', pathPattern: '\\.zip' },
  { action: 'status', status: 500 },
  { action: 'status', status: 503, method: 'PUT' },
  { action: 'expireSession' },
  { action: 'ignoreWrite', method: 'PUT', pathPattern: ofProjects },
  { action: 'ignoreWrite', method: 'PUT', pathPattern: '\\.zip' },
  { action: 'ignoreWrite', method: 'POST', pathPattern: '/pseudonyms/' },
  { action: 'delay', delayMs: 300 },
];

/** Lets faults strike a server now and then until it ends. */
export class FaultRain {
  private ended = false;
  private readonly done: Promise<void>;

  constructor(
    private readonly server: Server,
    private readonly random: Random,
  ) {
    this.done = this.run();
  }

  /** Gives how often a fault struck. */
  async end(): Promise<number> {
    this.ended = true;
    await this.done;
    const rules = (await (await fetch(this.server.ready.faultUrl)).json()) as { readonly struck: number }[];
    await this.server.clearFaults();
    return rules.reduce((sum, { struck }) => sum + struck, 0);
  }

  private async run(): Promise<void> {
    while (!this.ended) {
      // Anything may pass before it strikes: so it meets every kind of request.
      await this.server.fault({
        ...this.random.pick(kinds),
        times: 1 + this.random.below(2),
        after: this.random.below(15),
      });
      await sleep(200 + this.random.below(800));
    }
  }
}
