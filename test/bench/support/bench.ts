import { mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { measured, type Cost } from './command.js';
import type { Finding } from './finding.js';
import { inTurns, type Contestant, type Result } from './rounds.js';

export const projectFolder = resolve(import.meta.dirname, '../../..');

/** One measurement: what it is called on the command line, and how it is done. */
export interface Measurement {
  readonly name: string;
  /** Room it needs in the folder for temporary files. */
  readonly diskGb: number;
  run(bench: Bench): Promise<Finding>;
}

/** What measurements share: a folder on one disk for data and results, and how often everything runs. */
export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), 'gift-cloud-bench-'));
  readonly gateway: string;

  constructor(
    readonly rounds: number,
    readonly large: boolean,
    /** Folder of the bundles to measure. */
    readonly dist: string,
  ) {
    this.gateway = join(dist, 'gateway.js');
  }

  /** A new empty folder of the measurement. */
  newFolder(name: string): string {
    const folder = join(this.folder, name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** @throws where the measurements would fill the disk */
  assertRoom(measurements: readonly Measurement[]): void {
    const { bavail, bsize } = statfsSync(this.folder);
    const needed = Math.max(0, ...measurements.map(({ diskGb }) => diskGb));
    if (bavail * bsize < needed * 1024 ** 3) {
      throw new Error(`${needed} GB must be free for temporary files (set TMPDIR to another disk)`);
    }
  }

  run(command: readonly string[]): Cost {
    return measured(command, this.folder);
  }

  /** The program that people run, as it is packaged. */
  giftCloud(...args: readonly string[]): Cost {
    return this.run([process.execPath, this.gateway, ...args, '--quiet']);
  }

  inTurns(
    contestants: readonly Contestant[],
    { rounds = this.rounds, warmUp = false } = {},
  ): Promise<readonly Result[]> {
    return inTurns(contestants, rounds, (text) => process.stderr.write(`\r\u001b[2K${text}`), warmUp);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
