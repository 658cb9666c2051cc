import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../support/freePort.js';
import type { Bench, Measurement } from './support/bench.js';
import { BenchServer } from './support/benchServer.js';
import { missingPrograms, type Cost } from './support/command.js';
import { measuredOr, peakOf, ratio, type Finding, type Target } from './support/finding.js';
import { writeMultiFrame, writeSlices } from './support/images.js';
import type { Contestant, Result } from './support/rounds.js';
import { ServerProcess } from './support/serverProcess.js';

interface Data {
  readonly what: string;
  write(folder: string): void;
}

const series: readonly Data[] = [
  { what: '300 CT, 512 KB each', write: (to) => writeSlices(to, { count: 300, side: 512, modality: 'CT' }) },
  {
    what: '1,000 MR, 128 KB each',
    write: (to) => writeSlices(to, { count: 1000, side: 256, modality: 'MR' }),
  },
  {
    what: 'one object of 1 GB',
    write: (to) => writeMultiFrame(join(to, 'IM1'), { frames: 2048, side: 512 }),
  },
];

/** What DCMTK's storescu sends into our listener and spool, into other receivers, and a plain program that keeps the same bytes. */
export const receive: readonly Measurement[] = series.map((data, index) => ({
  name: index === 0 ? 'receive' : `receive-${index === 1 ? 'mr' : '1gb'}`,
  diskGb: 8,
  run: (bench) => measure(bench, data),
}));

async function measure(bench: Bench, data: Data): Promise<Finding> {
  const folder = bench.newFolder('receive');
  const input = join(folder, 'in');
  mkdirSync(input);
  data.write(input);
  const server = await BenchServer.start(join(folder, 'sandbox'));
  try {
    const missing = missingPrograms(['storescu', 'storescp', 'Orthanc']);
    if (missing.includes('storescu')) throw new Error('DCMTK is not installed');
    const all = new Receivers(bench, folder, input, server).all();
    const results = await bench.inTurns(
      all.filter(({ name }) => !missing.includes(name.split(' ')[0] ?? '')),
    );
    return finding(data, input, results);
  } finally {
    await server.stop();
    bench.newFolder('receive');
  }
}

function finding({ what }: Data, input: string, results: readonly Result[]): Finding {
  const sizes = readdirSync(input).map((name) => statSync(join(input, name)).size);
  const megabytes = sizes.reduce((sum, size) => sum + size, 0) / 1024 ** 2;
  const speeds = results.map(
    ({ name, seconds }) =>
      `${name} ${(megabytes / seconds).toFixed(0)} MB/s, ${(sizes.length / seconds).toFixed(0)} objects/s`,
  );
  const against = (other: string, limit: number, reason: string): Target => ({
    ...{ what: `Receive ${what}: speed against ${other}`, relation: 'at least', limit, unit: '' },
    ...measuredOr(ratio(results, other, 'listener'), reason),
  });
  return {
    title: `Receive ${what}, sent by storescu`,
    notes: [
      speeds.join('; '),
      'the plain program encrypts, writes, syncs and renames the same bytes, without a network',
      'storescp +B syncs and encrypts nothing; Orthanc syncs and encrypts nothing but its files',
      'cpu and memory are those of the receiver; `listener, uploading` sends 1,000 CT to the sandbox meanwhile',
    ],
    results,
    targets: [
      against('plain', 0.8, ''),
      against('Orthanc', 1, 'Orthanc is not installed'),
      {
        ...{ what: `Receive ${what}: peak memory`, relation: 'under', limit: 150, unit: 'MB' },
        measured: peakOf(results, 'listener'),
      },
    ],
  };
}

/** Who receives; each is started anew for every round, with an empty folder. */
class Receivers {
  constructor(
    private readonly bench: Bench,
    private readonly folder: string,
    private readonly input: string,
    private readonly server: BenchServer,
  ) {}

  all(): readonly Contestant[] {
    const { bench, input } = this;
    const warmUp = join(this.folder, 'warm-up');
    writeSlices(warmUp, { count: 50, side: 256, modality: 'MR', patient: 99 });
    const plain = join(this.folder, 'plain');
    const program = (name: string): string => join(import.meta.dirname, name);
    return [
      {
        name: 'plain',
        prepare: () => rmSync(plain, { recursive: true, force: true }),
        startUp: () =>
          bench.run([process.execPath, program('plainWriter.mjs'), this.empty('nothing'), plain]),
        run: () => bench.run([process.execPath, program('plainWriter.mjs'), input, plain]),
      },
      this.contestant('listener', (port, state) => this.listener(program('receiver.mjs'), port, state), {
        before: (server) => this.send(server, warmUp),
      }),
      this.contestant(
        'listener, uploading',
        (port, state) => [...this.listener(program('receiver.mjs'), port, state), ...this.account()],
        {
          before: async (server, round) => {
            const busy = this.empty('busy');
            writeSlices(busy, { count: 1000, side: 512, modality: 'CT', patient: 100 + round });
            this.send(server, busy);
            await server.says('sending');
          },
        },
      ),
      this.contestant('storescp +B', (port, to) => [
        'storescp',
        '+B',
        '--output-directory',
        to,
        String(port),
      ]),
      this.contestant('Orthanc', (port, to) => ['Orthanc', this.orthancConfig(port, to)]),
    ];
  }

  private contestant(
    name: string,
    command: (port: number, folder: string) => readonly string[],
    { before }: { before?: (server: ServerProcess, round: number) => unknown } = {},
  ): Contestant {
    let server: ServerProcess | undefined;
    return {
      name,
      prepare: async (round) => {
        const port = await freePort();
        server = await ServerProcess.start(command(port, this.empty('out')), port);
        await before?.(server, round);
      },
      run: async () => {
        const receiver = server;
        if (receiver === undefined) throw new Error('it was not started');
        const cost = await receiver.measured(() => this.send(receiver, this.input));
        await receiver.stop();
        return cost;
      },
    };
  }

  private send({ port }: ServerProcess, folder: string): Cost {
    const target = ['--call', 'BENCH', '127.0.0.1', String(port)];
    return this.bench.run([
      'env',
      'TCP_NODELAY=1',
      'storescu',
      '-xe',
      ...target,
      '--scan-directories',
      folder,
    ]);
  }

  private listener(program: string, port: number, state: string): readonly string[] {
    return [process.execPath, program, this.bench.dist, state, String(port)];
  }

  private account(): readonly string[] {
    const [, url = '', , user = '', , passwordFile = ''] = this.server.signInOptions(this.folder);
    return [url, user, passwordFile];
  }

  private orthancConfig(port: number, folder: string): string {
    const path = join(folder, 'orthanc.json');
    const config = {
      ...{ Name: 'Bench', StorageDirectory: join(folder, 'db'), IndexDirectory: join(folder, 'db') },
      ...{ Plugins: [], HttpServerEnabled: false, DicomAet: 'BENCH', DicomPort: port },
    };
    writeFileSync(path, JSON.stringify(config));
    return path;
  }

  private empty(name: string): string {
    const folder = join(this.folder, name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    return folder;
  }
}
