import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandLine } from '../../cli/support/commandLine.js';
import { GatewayProgram, listenArguments } from '../../cli/support/gateway.js';
import type { Random } from '../../fuzz/random.js';

/** A gateway with a port and a state folder of its own that is killed again and again. */
export class MortalGateway {
  constructor(
    private readonly cli: CommandLine,
    private readonly args: readonly string[],
    private readonly env: Readonly<Record<string, string>>,
    private readonly random: Random,
  ) {}

  /** Kills it so often, each time at another moment of its life. */
  async die(times: number): Promise<void> {
    for (let kill = 0; kill < times; kill++) {
      const running = this.cli.start(listenArguments(this.args), { env: this.env });
      // Most of the time what counts happens while it listens; now and then it dies before.
      if (this.random.chance(0.9)) await Promise.race([running.event('listening'), running.finished]);
      await sleep(this.random.below(5000));
      const { code, stderr } = await running.kill('SIGKILL');
      if (code !== null) throw new Error(`the gateway ended by itself with ${code}: ${stderr}`);
    }
  }

  async live(): Promise<GatewayProgram> {
    return GatewayProgram.start(this.cli, this.args, { env: this.env });
  }
}
