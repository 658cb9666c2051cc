import { resolve } from 'node:path';
import type { FaultRule } from '../../../src/sandbox/server/faults.js';
import { ChildProgram } from './childProgram.js';
import { projectFolder } from './environment.js';

/** What `gift-cloud sandbox --json` says when it is ready. */
export interface SandboxReady {
  readonly url: string;
  readonly samples: string;
  readonly faultUrl: string;
  readonly users: readonly {
    readonly name: string;
    readonly password: string;
    readonly roles: Readonly<Record<string, 'owner' | 'member' | 'collaborator'>>;
  }[];
  readonly projects: readonly string[];
}

/** The embedded server as a program of its own, as a person starts it. */
export class SandboxProgram {
  private constructor(
    readonly ready: SandboxReady,
    private readonly program: ChildProgram,
  ) {}

  static async start(dataFolder: string, options: readonly string[] = []): Promise<SandboxProgram> {
    const gateway = resolve(projectFolder, 'dist/gateway.js');
    const program = await ChildProgram.start(
      process.execPath,
      [gateway, 'sandbox', '--json', '--data', dataFolder, ...options],
      { ready: (line) => readyEvent(line) !== undefined },
    );
    const ready = readyEvent(program.readyLine);
    if (ready === undefined) throw new Error('unreachable: the ready line was recognised before');
    return new SandboxProgram(ready, program);
  }

  /** Name and password of the first user with this role in any project. */
  user(role: 'owner' | 'member' | 'collaborator'): { readonly name: string; readonly password: string } {
    const user = this.ready.users.find((one) => Object.values(one.roles).includes(role));
    if (user === undefined) throw new Error(`the sandbox has no ${role}`);
    return user;
  }

  /** Injects a fault; see `FaultRule` of the sandbox. */
  async addFault(rule: FaultRule): Promise<void> {
    const answer = await fetch(this.ready.faultUrl, { method: 'POST', body: JSON.stringify(rule) });
    if (!answer.ok) throw new Error(`the sandbox took no fault: ${await answer.text()}`);
  }

  async clearFaults(): Promise<void> {
    await fetch(this.ready.faultUrl, { method: 'DELETE' });
  }

  /** Method, path and status of every request so far. */
  async requests(): Promise<readonly { method: string; path: string; status: number }[]> {
    const answer = await fetch(new URL('/__sandbox/requests', this.ready.faultUrl));
    return (await answer.json()) as { method: string; path: string; status: number }[];
  }

  async stop(): Promise<void> {
    await this.program.stop();
  }
}

function readyEvent(line: string): SandboxReady | undefined {
  if (!line.startsWith('{')) return undefined;
  const event = JSON.parse(line) as SandboxReady & { readonly event?: string };
  return event.event === 'ready' ? event : undefined;
}
