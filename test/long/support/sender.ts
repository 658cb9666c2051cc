import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../fuzz/random.js';
import { uidRoot, writeSeries } from '../../support/seriesFiles.js';

/** One object that a sender has. */
export interface SentObject {
  readonly patientId: string;
  readonly sopInstanceUid: string;
}

/**
 * A scanner: makes small studies of patients that other scanners know, too, and pushes them with storescu, each object until
 * it is answered with Success.
 */
export class Sender {
  /** Answered with Success. */
  readonly accepted: SentObject[] = [];
  private studies = 0;
  private stopped = false;
  private readonly done: Promise<void>;

  constructor(
    private readonly number: number,
    private readonly port: number,
    private readonly patients: number,
    private readonly random: Random,
    private readonly folder: string,
    /** Whether it may begin another study now. */
    private readonly mayPush: () => boolean = () => true,
  ) {
    this.done = this.run();
  }

  /** Brings what it has to its end, and begins nothing more. */
  async finish(): Promise<void> {
    this.stopped = true;
    await this.done;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      if (this.mayPush()) await this.push();
      await sleep(200 + this.random.below(1500));
    }
  }

  private async push(): Promise<void> {
    const study = this.number * 100_000 + ++this.studies;
    const patient = 1 + this.random.below(this.patients);
    const patientId = `P${patient}`;
    const folder = join(this.folder, `sender${this.number}`, String(study));
    await mkdir(folder, { recursive: true });
    const instances = 1 + this.random.below(4);
    const paths = await writeSeries(folder, {
      study,
      instances,
      patientId,
      patientName: `Number^${patient}`,
    });
    const waiting = new Map(paths.map((path, at) => [path, `${uidRoot}.${study}.1.${at + 1}`]));
    while (waiting.size > 0) {
      for (const path of await this.storescu([...waiting.keys()])) {
        const sopInstanceUid = waiting.get(path);
        waiting.delete(path);
        if (sopInstanceUid !== undefined) this.accepted.push({ patientId, sopInstanceUid });
      }
      if (waiting.size > 0) await sleep(1000);
    }
    await rm(folder, { recursive: true });
  }

  /** Those of the files that were answered with Success. */
  private async storescu(paths: readonly string[]): Promise<readonly string[]> {
    const options = ['-v', '-aec', 'GIFTCLOUD', '-to', '10', '-ta', '60', '-td', '60'];
    const child = spawn('storescu', [...options, '127.0.0.1', String(this.port), ...paths], {
      env: { ...process.env, TCP_NODELAY: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let told = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => (told += text.toString()));
    await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
    const stored: string[] = [];
    let current: string | undefined;
    for (const line of told.split('\n')) {
      current = /Sending file: (.*)$/.exec(line)?.[1] ?? current;
      if (line.includes('Received Store Response (Success)') && current !== undefined) stored.push(current);
    }
    return stored;
  }
}
