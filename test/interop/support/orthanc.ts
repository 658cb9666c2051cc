import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from './freePorts.js';

/** A PACS of its own for a test: Debian's Orthanc, in a folder, on free ports, without a word to anybody else. */
export class Orthanc {
  private constructor(
    readonly dicomPort: number,
    private readonly url: string,
    private readonly process: ChildProcess,
  ) {}

  /** @param gatewayPort where the DICOM node `gateway` listens */
  static async start(folder: string, gatewayPort: number): Promise<Orthanc> {
    const [httpPort = 0, dicomPort = 0] = await freePorts(2);
    mkdirSync(folder);
    const config = {
      ...{ Name: 'test', StorageDirectory: folder, IndexDirectory: folder, Plugins: [] },
      ...{ HttpPort: httpPort, RemoteAccessAllowed: false, AuthenticationEnabled: false },
      ...{ DicomPort: dicomPort, DicomAet: 'ORTHANC', DicomAlwaysAllowStore: true, DicomScuTimeout: 60 },
      DicomModalities: {
        gateway: { AET: 'GIFTCLOUD', Host: '127.0.0.1', Port: gatewayPort, AllowStorageCommitment: true },
      },
    };
    const file = join(folder, 'orthanc.json');
    writeFileSync(file, JSON.stringify(config));
    const process = spawn('Orthanc', [file], { stdio: 'ignore' });
    const orthanc = new Orthanc(dicomPort, `http://127.0.0.1:${httpPort}`, process);
    while (!(await orthanc.answers())) await sleep(100);
    return orthanc;
  }

  /** Puts a file into it; gives its id there. */
  async add(file: Buffer): Promise<string> {
    return ((await this.post('/instances', file)) as { ID: string }).ID;
  }

  /** Sends by C-STORE and asks for storage commitment; gives the id of the request. */
  async storeAndCommit(ids: readonly string[]): Promise<string> {
    const body = { Resources: ids, StorageCommitment: true, Synchronous: true };
    const told = await this.post('/modalities/gateway/store', JSON.stringify(body));
    return (told as { StorageCommitmentTransactionUID: string }).StorageCommitmentTransactionUID;
  }

  /** Waits for the result: how many were committed, and how many refused. */
  async commitment(
    id: string,
  ): Promise<{ readonly status: string; readonly success: number; readonly failures: number }> {
    for (;;) {
      const answer = await fetch(`${this.url}/storage-commitment/${id}`);
      const { Status, Success, Failures } = (await answer.json()) as {
        readonly Status: string;
        readonly Success?: readonly unknown[];
        readonly Failures?: readonly unknown[];
      };
      if (Status !== 'Pending') {
        return { status: Status, success: Success?.length ?? 0, failures: Failures?.length ?? 0 };
      }
      await sleep(100);
    }
  }

  async stop(): Promise<void> {
    const exited = once(this.process, 'exit');
    if (this.process.kill('SIGKILL')) await exited;
  }

  private async answers(): Promise<boolean> {
    if (this.process.exitCode !== null) throw new Error('Orthanc ended by itself');
    return fetch(`${this.url}/system`).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  private async post(path: string, body: string | Buffer): Promise<unknown> {
    const answer = await fetch(this.url + path, { method: 'POST', body });
    if (!answer.ok) throw new Error(`Orthanc answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }
}
