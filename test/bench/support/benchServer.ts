import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Archive, ArchivePath } from '../../../src/services/xnat/archive.js';
import { openXnatArchive } from '../../../src/services/xnat/openArchive.js';
import { SandboxProgram } from '../../support/vscode/sandboxProgram.js';

export const project = 'GIFTDEMO';

/** A sandbox in a process of its own, and an owner who is signed in. */
export class BenchServer {
  private constructor(
    private readonly sandbox: SandboxProgram,
    readonly archive: Archive,
    private readonly account: { readonly name: string; readonly password: string },
  ) {}

  static async start(dataFolder: string): Promise<BenchServer> {
    const sandbox = await SandboxProgram.start(dataFolder, ['--empty']);
    const account = sandbox.user('owner');
    const { name: userName, password } = account;
    const connection = { url: sandbox.ready.url, userName, password: () => Promise.resolve(password) };
    const archive = openXnatArchive(connection, 'bench');
    await archive.signIn();
    return new BenchServer(sandbox, archive, account);
  }

  get url(): string {
    return this.sandbox.ready.url;
  }

  async requestCount(): Promise<number> {
    return (await this.sandbox.requests()).length;
  }

  /** Options of the command line that sign in. */
  signInOptions(folder: string): readonly string[] {
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, this.account.password, { mode: 0o600 });
    return ['--server', this.url, '--user', this.account.name, '--password-file', passwordFile];
  }

  /** A session for programs that do not sign in themselves. */
  async cookie(): Promise<string> {
    const { name, password } = this.account;
    const answer = await fetch(`${this.url}/data/JSESSION`, {
      method: 'POST',
      headers: {
        Authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
        'User-Agent': 'bench',
      },
    });
    return `JSESSIONID=${await answer.text()}`;
  }

  async createExperiment(): Promise<void> {
    await this.archive.createSubject(project, 'Bench');
    await this.archive.createExperiment({
      ...{ project, subject: 'Bench', experiment: 'Bench' },
      ...{ xsiType: 'xnat:ctSessionData', uid: '2_25_1' },
    });
  }

  /** A scan of that experiment with an empty resource; `number` is that of its UID. */
  async createScan(scan: string, number: number): Promise<Required<ArchivePath>> {
    const path = { project, subject: 'Bench', experiment: 'Bench', scan };
    await this.archive.createScan({ ...path, xsiType: 'xnat:ctScanData', uid: `2_25_${number}` });
    await this.archive.createResource(path, 'DICOM');
    return path;
  }

  async stop(): Promise<void> {
    await this.archive.signOut();
    await this.sandbox.stop();
  }
}
