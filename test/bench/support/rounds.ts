import type { Cost } from './command.js';

/** One way to do the work that is measured. */
export interface Contestant {
  readonly name: string;
  /** What it needs before, not measured. */
  prepare?(round: number): Promise<void> | void;
  run(round: number): Promise<Cost> | Cost;
  /** The same program with nothing to do: subtracted. */
  startUp?(): Cost;
}

export interface Result {
  readonly name: string;
  /** Median seconds without start-up. */
  readonly seconds: number;
  readonly fastest: number;
  readonly slowest: number;
  /** Median seconds of starting up. */
  readonly startUp: number;
  /** Median processor seconds without start-up. */
  readonly cpu: number;
  /** Largest of all rounds, start-up included. */
  readonly peakMb: number;
}

/**
 * Runs the contestants in turns, so that a slow minute of the machine meets them all alike, each round beginning with
 * another one. Gives their medians in the order given. A warm-up is round 0 and counts for nothing.
 */
export async function inTurns(
  contestants: readonly Contestant[],
  rounds: number,
  tell: (text: string) => void,
  warmUp = false,
): Promise<readonly Result[]> {
  const costs = new Map(
    contestants.map(({ name }) => [name, { runs: [] as Cost[], startUps: [] as Cost[] }]),
  );
  for (let round = warmUp ? 0 : 1; round <= rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const contestant = contestants[(round + turn) % contestants.length];
      const cost = contestant && costs.get(contestant.name);
      if (!contestant || !cost) continue;
      tell(`round ${round} of ${rounds}: ${contestant.name}`);
      await contestant.prepare?.(round);
      const startUp = contestant.startUp?.();
      const run = await contestant.run(round);
      if (round === 0) continue;
      if (startUp) cost.startUps.push(startUp);
      cost.runs.push(run);
    }
  }
  return contestants.map(({ name }) => resultOf(name, costs.get(name)));
}

function resultOf(
  name: string,
  costs: { readonly runs: readonly Cost[]; readonly startUps: readonly Cost[] } | undefined,
): Result {
  const { runs = [], startUps = [] } = costs ?? {};
  const startUp = median(startUps.map(({ wall }) => wall));
  const walls = runs.map(({ wall }) => Math.max(0, wall - startUp));
  return {
    name,
    seconds: median(walls),
    fastest: Math.min(...walls),
    slowest: Math.max(...walls),
    startUp,
    cpu: Math.max(0, median(runs.map(({ cpu }) => cpu)) - median(startUps.map(({ cpu }) => cpu))),
    peakMb: Math.max(...runs.map(({ peakMb }) => peakMb)),
  };
}

/** 0 of nothing: a contestant without start-up has none to subtract. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
