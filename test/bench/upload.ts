import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ZipBody } from '../../src/services/pipeline/zipStream.js';
import type { Bench, Measurement } from './support/bench.js';
import { BenchServer, project } from './support/benchServer.js';
import { missingPrograms } from './support/command.js';
import { measuredOr, ratio, type Finding } from './support/finding.js';
import { RoundData } from './support/roundData.js';
import type { Contestant, Result } from './support/rounds.js';

/** 1,000 CT slices into the sandbox: our sending against curl with the same zip, and the whole upload. */
export const upload: Measurement = {
  name: 'upload',
  diskGb: 14,
  run: async (bench) => {
    const folder = bench.newFolder('upload');
    const server = await BenchServer.start(join(folder, 'sandbox'));
    try {
      await server.createExperiment();
      const all = contestants(bench, folder, server, await server.cookie());
      const missing = missingPrograms(['curl']);
      const present = all.filter(({ name }) => !missing.includes(name));
      // The server is warm for all: its first requests take many times as long.
      return finding(await bench.inTurns(present, { warmUp: true }));
    } finally {
      await server.stop();
      bench.newFolder('upload');
    }
  },
};

function finding(results: readonly Result[]): Finding {
  const others = ['anonymise', 'curl'].map((other) => ratio(results, 'upload', other));
  const toSlower = others.includes(undefined) ? undefined : Math.min(...others.map((value) => value ?? 0));
  const reason = 'curl is not installed';
  return {
    title: 'Upload 1,000 CT, 512 KB each, into the sandbox on this machine',
    notes: [
      'curl sends the same zip, made before; `send` makes it while it sends, and hashes what it sends',
      '`upload` is everything from finding the files to the proof of arrival, for a new patient; of that, 0.25 s are the quiet moment before the second look',
    ],
    results,
    targets: [
      {
        ...{ what: 'Speed of sending against curl', relation: 'at least', limit: 0.8, unit: '' },
        ...measuredOr(ratio(results, 'curl', 'send'), reason),
      },
      {
        ...{ what: 'Upload against the slower of anonymise and curl', relation: 'at most', limit: 1.3 },
        unit: '',
        ...measuredOr(toSlower, reason),
      },
    ],
  };
}

function contestants(
  bench: Bench,
  folder: string,
  server: BenchServer,
  cookie: string,
): readonly Contestant[] {
  const data = new RoundData(folder, { count: 1000, side: 512, modality: 'CT' });
  const signInOptions = server.signInOptions(folder);
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const startUp = (): ReturnType<Bench['run']> =>
    bench.giftCloud('anonymise', empty, '--out', join(folder, 'nothing'));
  const out = join(folder, 'out');
  return [
    {
      name: 'curl',
      prepare: async (round) => {
        await data.prepare(round);
        await server.createScan(`curl${round}`, 10 + round);
      },
      startUp: () => bench.run(['curl', '--version']),
      run: (round) =>
        bench.run([
          ...['curl', '--silent', '--show-error', '--fail', '--upload-file', data.zip],
          ...['--header', `Cookie: ${cookie}`, '--header', 'Content-Type: application/zip'],
          `${server.url}/data/projects/${project}/subjects/Bench/experiments/Bench/scans/curl${round}/resources/DICOM/files/all.zip?extract=true`,
        ]),
    },
    {
      name: 'send',
      prepare: (round) => data.prepare(round),
      run: async (round) => {
        const path = await server.createScan(`send${round}`, 1000 + round);
        const body = new ZipBody(await data.ready());
        const start = performance.now();
        await server.archive.putZip(path, 'DICOM', 'all.zip', body);
        return { wall: (performance.now() - start) / 1000, cpu: 0, peakMb: 0 };
      },
    },
    {
      name: 'anonymise',
      prepare: async (round) => {
        rmSync(out, { recursive: true, force: true });
        await data.prepare(round);
      },
      startUp,
      run: () => bench.giftCloud('anonymise', data.input, '--out', out),
    },
    {
      name: 'upload',
      prepare: (round) => data.prepare(round),
      startUp,
      run: () =>
        bench.giftCloud(
          ...['upload', data.input, '--project', project, '--state', join(folder, 'state')],
          ...signInOptions,
        ),
    },
  ];
}
