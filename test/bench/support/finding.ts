import type { Result } from './rounds.js';

/** A promise of the project and what was measured of it. */
export interface Target {
  readonly what: string;
  readonly relation: 'at most' | 'at least' | 'under';
  readonly limit: number;
  readonly unit: '' | 'MB' | 'ms' | 's' | 'requests' | 'files';
  /** Undefined where it could not be measured; `reason` says why. */
  readonly measured: number | undefined;
  readonly reason?: string;
}

/** What one measurement found. */
export interface Finding {
  readonly title: string;
  /** What is timed and what is not. */
  readonly notes: readonly string[];
  readonly results: readonly Result[];
  readonly targets: readonly Target[];
}

export type Verdict = 'met' | 'MISSED' | 'not measured';

export function verdict({ relation, limit, measured }: Target): Verdict {
  if (measured === undefined) return 'not measured';
  const holds =
    relation === 'at most'
      ? measured <= limit
      : relation === 'at least'
        ? measured >= limit
        : measured < limit;
  return holds ? 'met' : 'MISSED';
}

/** How many times the seconds of `other` a contestant took; undefined when one of them did not run. */
export function ratio(results: readonly Result[], name: string, other: string): number | undefined {
  const [a, b] = [name, other].map((wanted) => results.find((result) => result.name === wanted)?.seconds);
  return a === undefined || b === undefined || b === 0 ? undefined : a / b;
}

export function peakOf(results: readonly Result[], name: string): number | undefined {
  return results.find((result) => result.name === name)?.peakMb;
}

/** Memory must not grow with what is de-identified. */
export function peakTarget(what: string, measured: number | undefined): Target {
  return { what: `${what}: peak memory`, relation: 'under', limit: 120, unit: 'MB', measured };
}

/** A figure, or why there is none. */
export function measuredOr(
  measured: number | undefined,
  reason: string,
): { readonly measured: number | undefined; readonly reason?: string } {
  return measured === undefined ? { measured, reason } : { measured };
}
