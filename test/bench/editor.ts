import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Measurement } from './support/bench.js';
import type { Target } from './support/finding.js';

/** What test/bench/hostDelay.mjs prints as its last line: measured inside the extension host of a real VS Code. */
interface HostFigures {
  /** Loading and activating our code, in ms. */
  readonly activationMs: number;
  /** Longest time in which the extension host answered nothing while a folder was uploaded, in ms. */
  readonly longestBlockMs: number;
  /** Processor time of the host in it: much less means that other programs were in the way. */
  readonly longestBlockCpuMs?: number;
  /** From expanding a project of 10,000 subjects to its first rows on screen, in ms. */
  readonly subjectsShownMs?: number;
}

/** Figures that only the editor itself can give. */
export const editor: Measurement = {
  name: 'editor',
  diskGb: 0,
  run: async () => {
    const { figures, reason } = hostFigures();
    const target = (what: string, limit: number, key: keyof HostFigures): Target => ({
      ...{ what, limit, relation: 'at most', unit: 'ms', measured: figures?.[key] },
      ...(figures?.[key] === undefined && { reason }),
    });
    return {
      title: 'In VS Code',
      notes:
        figures?.longestBlockCpuMs === undefined
          ? []
          : [`of the longest block, ${figures.longestBlockCpuMs} ms were processor time of the host`],
      results: [],
      targets: [
        target('Activation, own code', 50, 'activationMs'),
        target('Longest block of the extension host', 50, 'longestBlockMs'),
        target('10,000 subjects on screen', 1000, 'subjectsShownMs'),
      ],
    };
  },
};

function hostFigures(): { readonly figures?: HostFigures; readonly reason: string } {
  const program = join(import.meta.dirname, 'hostDelay.mjs');
  if (!existsSync(program)) return { reason: 'test/bench/hostDelay.mjs is missing' };
  const run = spawnSync(process.execPath, [program], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const last = run.stdout.trim().split('\n').at(-1) ?? '';
  if (run.status !== 0 || !last.startsWith('{')) return { reason: 'the editor did not answer' };
  return { figures: JSON.parse(last) as HostFigures, reason: 'the editor did not tell' };
}
