// `npm run fuzz [-- runs seed]`: mutated objects through inspection and de-identification with every preset, in several
// processes. Fails on a thrown error, on a forbidden text in a result, on an object that takes more than a second of CPU,
// on a process that needs more than 200 MB or stands still. (The verification reads every result.)
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { PartReport } from './part.js';

const [runs, seed] = [Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 1)];
const longestCpuMs = 1000;
const mostMemory = 200 * 1024 * 1024;
/** A process that tells nothing for so long hangs; it tells something every few hundred objects. */
const silenceMs = 120_000;
/** A case that needs more memory than this ends its process. */
const memory = ['--max-old-space-size=128', '--max-semi-space-size=4'];

function runPart(from: number, to: number): Promise<PartReport> {
  return new Promise((resolve) => {
    let last: PartReport = { next: from, statuses: {}, slowestMs: 0, peakBytes: 0, findings: [] };
    const child = fork(join(import.meta.dirname, 'part.ts'), [String(from), String(to), String(seed)], {
      execArgv: [...process.execArgv, ...memory],
    });
    let watch = setTimeout(() => child.kill('SIGKILL'), silenceMs);
    child.on('message', (report: PartReport) => {
      last = report;
      clearTimeout(watch);
      watch = setTimeout(() => child.kill('SIGKILL'), silenceMs);
    });
    child.on('close', (code, signal) => {
      clearTimeout(watch);
      const died = `a process ended with ${code ?? signal} behind object ${last.next}`;
      resolve(code === 0 ? last : { ...last, findings: [...last.findings, died] });
    });
  });
}

async function main(): Promise<void> {
  const parts = Math.min(4, availableParallelism());
  const started = Date.now();
  const reports = await Promise.all(
    Array.from({ length: parts }, (_, part) =>
      runPart(Math.floor((runs * part) / parts), Math.floor((runs * (part + 1)) / parts)),
    ),
  );
  const statuses = new Map<string, number>();
  for (const report of reports) {
    for (const [status, count] of Object.entries(report.statuses)) {
      statuses.set(status, (statuses.get(status) ?? 0) + count);
    }
  }
  const slowest = Math.max(...reports.map(({ slowestMs }) => slowestMs));
  const peak = Math.max(...reports.map(({ peakBytes }) => peakBytes));
  const findings = reports.flatMap((report) => report.findings);
  if (slowest > longestCpuMs) findings.push(`an object took ${slowest.toFixed(0)} ms`);
  if (peak > mostMemory) findings.push(`a process took ${(peak / 1048576).toFixed(0)} MB`);
  const counts = [...statuses].sort().map(([status, count]) => `${status} ${count}`);
  console.log(
    `${runs} objects, seed ${seed}, ${((Date.now() - started) / 1000).toFixed(0)} s: ${counts.join(', ')}`,
  );
  console.log(`slowest ${slowest.toFixed(0)} ms of CPU, peak memory ${(peak / 1048576).toFixed(0)} MB`);
  for (const finding of findings.slice(0, 50)) console.log(`FOUND ${finding}`);
  console.log(`${runs - findings.length} passed, ${findings.length} failed`);
  process.exitCode = findings.length > 0 ? 1 : 0;
}

void main();
