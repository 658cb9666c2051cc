import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Measurement } from './support/bench.js';
import { missingPrograms } from './support/command.js';
import { measuredOr, peakOf, peakTarget, ratio } from './support/finding.js';
import { writeEncapsulatedMultiFrame, writeMultiFrame } from './support/images.js';
import { dcmodify, gdcmanon } from './support/peers.js';
import type { Contestant } from './support/rounds.js';

const notes = [
  'every contestant ends with `sync` of what it wrote, its start-up is not subtracted but for anonymise',
  'dcmodify works in place: the copy it works on is made before and is not timed',
];

/** One enhanced CT of 2,048 frames, 1 GB. */
export const anonymiseGigabyte: Measurement = {
  name: '1gb',
  diskGb: 4,
  run: async (bench) => {
    const folder = bench.newFolder('1gb');
    const input = join(folder, 'in.dcm');
    writeMultiFrame(input, { frames: 2048, side: 512 });
    const all = contestants(bench, folder, input);
    const missing = missingPrograms(['dcmodify', 'gdcmanon']);
    const results = await bench.inTurns(all.filter(({ name }) => !missing.includes(name)));
    rmSync(folder, { recursive: true });
    return {
      title: 'De-identify one multi-frame object of 1 GB',
      notes,
      results,
      targets: [
        {
          what: '1 GB against cp and sync',
          relation: 'at most',
          limit: 1.5,
          unit: '',
          measured: ratio(results, 'anonymise', 'cp and sync'),
        },
        ...['dcmodify', 'gdcmanon'].map((peer) => ({
          what: `1 GB against ${peer}`,
          relation: 'under' as const,
          limit: 1,
          unit: '' as const,
          ...measuredOr(ratio(results, 'anonymise', peer), `${peer} is not installed`),
        })),
        peakTarget('1 GB', peakOf(results, 'anonymise')),
      ],
    };
  },
};

/** Above 4 GiB: `cp` alone is the limit, the peers would take twice the file in memory. */
export const anonymiseHuge: Measurement = {
  name: '4.5gb',
  diskGb: 10,
  run: async (bench) => {
    const title = 'De-identify one encapsulated multi-frame object of 4.5 GB';
    if (!bench.large) {
      const target = { ...peakTarget('4.5 GB', undefined), reason: 'only with --large' };
      return { title, notes: [], results: [], targets: [target] };
    }
    const folder = bench.newFolder('4.5gb');
    const input = join(folder, 'in.dcm');
    writeEncapsulatedMultiFrame(input, { frames: 2304, side: 1024 });
    const own = contestants(bench, folder, input).filter(
      ({ name }) => name === 'cp and sync' || name === 'anonymise',
    );
    const results = await bench.inTurns(own, { rounds: Math.min(3, bench.rounds) });
    rmSync(folder, { recursive: true });
    return {
      title,
      notes: notes.slice(0, 1),
      results,
      targets: [peakTarget('4.5 GB', peakOf(results, 'anonymise'))],
    };
  },
};

/** What is written is deleted at once: one inode does no harm, and the disk need not hold five copies of each. */
function contestants(bench: Bench, folder: string, input: string): readonly Contestant[] {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const out = join(folder, 'out');
  const fresh = (): void => {
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out);
    bench.run(['sync', folder]);
  };
  const thenSync = (command: readonly string[]): readonly string[] => [
    'sh',
    '-c',
    `"$@" && find ${JSON.stringify(out)} -type f -exec sync {} +`,
    'sh',
    ...command,
  ];
  const program = [process.execPath, bench.gateway, 'anonymise'];
  return [
    { name: 'cp and sync', prepare: fresh, run: () => bench.run(thenSync(['cp', input, join(out, 'copy')])) },
    {
      name: 'dcmodify',
      prepare: () => {
        fresh();
        copyFileSync(input, join(out, 'copy'));
        bench.run(['sync', join(out, 'copy')]);
      },
      run: () => bench.run(thenSync(dcmodify([join(out, 'copy')]))),
    },
    {
      name: 'gdcmanon',
      prepare: fresh,
      run: () => bench.run(thenSync(gdcmanon(input, join(out, 'result')))),
    },
    {
      name: 'anonymise',
      prepare: fresh,
      startUp: () => bench.giftCloud('anonymise', empty, '--out', join(folder, 'nothing')),
      run: () => bench.run(thenSync([...program, input, '--out', out, '--quiet'])),
    },
  ];
}
