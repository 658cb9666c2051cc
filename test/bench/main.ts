// `npm run bench`: what the project promises about speed and memory, as ratios to other programs in one run.
// Asserts nothing: it prints which targets were met, and writes test-results/bench.json.
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { anonymiseGigabyte, anonymiseHuge } from './anonymiseLarge.js';
import { anonymiseCt, anonymiseMr } from './anonymiseSeries.js';
import { bundles } from './bundles.js';
import { dicomLayer } from './dicomLayer.js';
import { editor } from './editor.js';
import { query } from './query.js';
import { receive } from './receive.js';
import { subjects } from './subjects.js';
import { Bench, projectFolder, type Measurement } from './support/bench.js';
import { assertCanMeasure } from './support/command.js';
import { verdict, type Finding } from './support/finding.js';
import { findingText, summaryText } from './support/print.js';
import { upload } from './upload.js';

const measurements: readonly Measurement[] = [
  anonymiseCt,
  anonymiseMr,
  anonymiseGigabyte,
  anonymiseHuge,
  dicomLayer,
  upload,
  ...receive,
  subjects,
  query,
  bundles,
  editor,
];

const machine = {
  processor: cpus()[0]?.model ?? '',
  cores: availableParallelism(),
  memoryGb: Math.round(totalmem() / 1024 ** 3),
  system: `${process.platform} ${release()}`,
  node: process.version,
};

void main();

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      only: { type: 'string', multiple: true, default: [] },
      large: { type: 'boolean', default: false },
      dist: { type: 'string', default: join(projectFolder, 'dist') },
    },
  });
  assertCanMeasure();
  const bench = new Bench(Number(options.rounds), options.large, resolve(options.dist));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      bench.remove();
      process.exit(130);
    });
  }
  const load = loadavg()[0] ?? 0;
  console.log(`${machine.processor}, ${machine.cores} cores, ${machine.system}, Node ${machine.node}`);
  console.log(`Medians of ${options.rounds} interleaved runs; start-up is subtracted.`);
  if (load > 0.5) console.log(`Other programs are running (load ${load.toFixed(1)}): ratios will vary.`);

  const findings: Finding[] = [];
  try {
    const chosen = measurements.filter(
      ({ name }) =>
        options.only.length === 0 ||
        options.only.some((only) => name === only || name.startsWith(`${only}-`)),
    );
    bench.assertRoom(chosen);
    for (const { run } of chosen) {
      try {
        const finding = await run(bench);
        process.stderr.write('\r\u001b[2K');
        console.log(findingText(finding));
        findings.push(finding);
      } catch (error) {
        // A measurement that broke says nothing about the others.
        console.error(error);
        process.exitCode = 1;
      }
    }
  } finally {
    bench.remove();
  }
  console.log(summaryText(findings));
  writeRecord({ machine, load: [load, loadavg()[0]], rounds: bench.rounds, findings: findings.map(judged) });
}

function judged(finding: Finding): unknown {
  return {
    ...finding,
    targets: finding.targets.map((target) => ({ ...target, verdict: verdict(target) })),
  };
}

function writeRecord(record: unknown): void {
  const results = join(projectFolder, 'test-results');
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, 'bench.json'), `${JSON.stringify(record, null, 2)}\n`);
}
