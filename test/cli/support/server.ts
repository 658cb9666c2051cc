import type { FaultRule } from '../../../src/sandbox/server/faults.js';
import type { CommandLine, JsonLine, Running } from './commandLine.js';

/** What `gift-cloud sandbox --json` says when it is ready. */
export interface Ready extends JsonLine {
  readonly url: string;
  readonly pid: number;
  readonly samples: string | null;
  /** PEM file. */
  readonly ca?: string;
  readonly fingerprint?: string;
  readonly faultUrl: string;
  readonly users: readonly {
    readonly name: string;
    readonly password: string;
    readonly roles: Readonly<Record<string, string>>;
  }[];
  readonly projects: readonly string[];
}

interface Requested {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** A sandbox that was started as its users start it. */
export class Server {
  private constructor(
    readonly ready: Ready,
    readonly program: Running,
    private readonly control: string,
  ) {}

  static async start(cli: CommandLine, options: readonly string[] = ['--empty']): Promise<Server> {
    const program = cli.start(['sandbox', '--json', ...options]);
    const ready = (await program.event('ready')) as Ready;
    return new Server(ready, program, ready.faultUrl.replace(/faults$/, ''));
  }

  get url(): string {
    return this.ready.url;
  }

  /** Options of a user of the sandbox; the password comes with `env`. */
  as(user: string): readonly string[] {
    return ['--server', this.url, '--user', user];
  }

  async fault(...rules: readonly FaultRule[]): Promise<void> {
    const answer = await fetch(this.ready.faultUrl, { method: 'POST', body: JSON.stringify(rules) });
    if (!answer.ok) throw new Error(`the sandbox took no fault: ${await answer.text()}`);
  }

  /** How often faults have struck. */
  async struck(): Promise<number> {
    const rules = (await (await fetch(this.ready.faultUrl)).json()) as { struck: number }[];
    return rules.reduce((sum, { struck }) => sum + struck, 0);
  }

  async clearFaults(): Promise<void> {
    await fetch(this.ready.faultUrl, { method: 'DELETE' });
  }

  async requests(): Promise<readonly Requested[]> {
    return (await (await fetch(`${this.control}requests`)).json()) as Requested[];
  }

  async forgetRequests(): Promise<void> {
    await fetch(`${this.control}requests`, { method: 'DELETE' });
  }

  /** Rows that the server itself lists, as an administrator sees them. */
  async rows(path: string, columns?: string): Promise<readonly Readonly<Record<string, string>>[]> {
    const query = columns === undefined ? '' : `&columns=${encodeURIComponent(columns)}`;
    const answer = await this.asked(`${path}?format=json${query}`);
    const { ResultSet } = (await answer.json()) as { ResultSet: { Result: Record<string, string>[] } };
    return ResultSet.Result;
  }

  /** Fields of an element; undefined when it is not there. */
  async fields(path: string): Promise<Readonly<Record<string, string>> | undefined> {
    const answer = await this.asked(`${path}?format=json`);
    if (answer.status === 404) return undefined;
    const { items } = (await answer.json()) as { items: { data_fields: Record<string, string> }[] };
    return items[0]?.data_fields;
  }

  private asked(path: string): Promise<Response> {
    const authorization = `Basic ${Buffer.from('admin:sandbox-admin').toString('base64')}`;
    return fetch(`${this.url}${path}`, { headers: { authorization, 'user-agent': 'Test' } });
  }
}

/** The environment with the password of a user. */
export function passwordOf(user: string): { readonly GIFT_CLOUD_PASSWORD: string } {
  return { GIFT_CLOUD_PASSWORD: `sandbox-${user}` };
}
