import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What one run of a program took. */
export interface Cost {
  /** From start to end, in seconds. */
  readonly wall: number;
  /** Seconds of both user and system time, of the program and its children. */
  readonly cpu: number;
  /** Largest resident set in MB. */
  readonly peakMb: number;
}

const gnuTime = '/usr/bin/time';

/** Programs of Debian that measure and that are measured against; the names of those that are not there. */
export function missingPrograms(names: readonly string[]): readonly string[] {
  return names.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
}

/** GNU time tells memory and processor time of any program alike; the shell's own `time` has no memory. */
export function assertCanMeasure(): void {
  if (!existsSync(gnuTime)) throw new Error(`${gnuTime} is missing: run scripts/setup-debian.sh`);
}

/**
 * Runs a program to its end and measures it. Output is thrown away; a program that fails ends the benchmark, because the
 * time of work that was not done compares with nothing.
 */
export function measured(command: readonly string[], folder: string): Cost {
  const record = join(folder, 'time.txt');
  const start = performance.now();
  const run = spawnSync(gnuTime, ['--quiet', `--output=${record}`, '--format=%U %S %M', ...command], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  const wall = (performance.now() - start) / 1000;
  if (run.status !== 0) {
    throw new Error(`${command.join(' ')} ended with ${String(run.status)}\n${run.stderr.slice(-2000)}`);
  }
  const [user = 0, system = 0, kilobytes = 0] = readFileSync(record, 'utf8').trim().split(' ').map(Number);
  return { wall, cpu: user + system, peakMb: kilobytes / 1024 };
}
