import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Measurement } from './support/bench.js';
import { missingPrograms } from './support/command.js';
import { measuredOr, peakOf, peakTarget, ratio, type Finding } from './support/finding.js';
import { writeSlices, type Slices } from './support/images.js';
import { dcmodify, gdcmanon } from './support/peers.js';
import type { Contestant } from './support/rounds.js';
import { warmAnonymise } from './support/warm.js';

/** 300 slices of a CT of 0.5 MB. */
export const anonymiseCt: Measurement = {
  name: 'ct',
  diskGb: 4,
  run: async (bench) => {
    const finding = await anonymiseSlices(bench, 'ct', { count: 300, side: 512, modality: 'CT' }, 2);
    return {
      ...finding,
      targets: [
        ...finding.targets,
        {
          what: '300 CT against gdcmanon',
          relation: 'under',
          limit: 1,
          unit: '',
          ...measuredOr(ratio(finding.results, 'anonymise', 'gdcmanon'), 'gdcmanon is not installed'),
        },
      ],
    };
  },
};

/** 1,000 slices of an MR of 128 KB: making files costs more than filling them. */
export const anonymiseMr: Measurement = {
  name: 'mr',
  diskGb: 4,
  run: (bench) => anonymiseSlices(bench, 'mr', { count: 1000, side: 256, modality: 'MR' }, 1.5),
};

async function anonymiseSlices(bench: Bench, name: string, slices: Slices, limit: number): Promise<Finding> {
  const folder = bench.newFolder(name);
  const input = join(folder, 'in');
  writeSlices(input, slices);
  const warm = warmAnonymise(bench, folder, input);
  const results = await bench.inTurns([...contestants(bench, folder, input), warm]);
  warm.dispose();
  const what = `${slices.count.toLocaleString('en')} ${slices.modality}`;
  bench.newFolder(name);
  return {
    title: `De-identify ${what}, ${Math.round((slices.side * slices.side * 2) / 1024)} KB each`,
    notes: [
      'dcmodify works in place: the copy it works on is made before and is not timed',
      'gdcmanon --dumb replaces no UIDs and keeps private elements',
      'warm: in a process that runs on, so that its code is compiled from the second round on',
    ],
    results,
    targets: [
      {
        what: `${what} against cp`,
        relation: 'at most',
        limit,
        unit: '',
        measured: ratio(results, 'anonymise', 'cp'),
      },
      peakTarget(what, peakOf(results, 'anonymise')),
    ],
  };
}

/**
 * Everything that was written stays until the measurement ends: for minutes after files were deleted, ext4 looks for the
 * inode of each new file among those it may not reuse yet, which would hide what is measured.
 */
function contestants(bench: Bench, folder: string, input: string): readonly Contestant[] {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const out = (name: string, round: number): string => join(folder, `${name}-${round}`);
  const all: Contestant[] = [
    {
      name: 'cp',
      startUp: () => bench.run(['cp', '--version']),
      run: (round) => bench.run(['cp', '-r', input, out('cp', round)]),
    },
    {
      name: 'dcmodify',
      prepare: (round) => cpSync(input, out('dcmodify', round), { recursive: true }),
      startUp: () => bench.run(['dcmodify', '--version']),
      run: (round) => {
        const copy = out('dcmodify', round);
        return bench.run(dcmodify(readdirSync(copy).map((name) => join(copy, name))));
      },
    },
    {
      name: 'gdcmanon',
      prepare: (round) => mkdirSync(out('gdcmanon', round)),
      startUp: () => bench.run(['gdcmanon', '--version']),
      run: (round) => bench.run(gdcmanon(input, out('gdcmanon', round))),
    },
    {
      name: 'anonymise',
      startUp: () => bench.giftCloud('anonymise', empty, '--out', join(folder, 'nothing')),
      run: (round) => bench.giftCloud('anonymise', input, '--out', out('anonymise', round)),
    },
  ];
  const missing = missingPrograms(all.map(({ name }) => name).filter((name) => name !== 'anonymise'));
  return all.filter(({ name }) => !missing.includes(name));
}
