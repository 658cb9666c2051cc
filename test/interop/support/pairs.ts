// What pydicom says about originals and what was made of them.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { profileOptions, optionFacts } from '../../../src/services/deid/profiles/options.js';
import { basicProfile } from '../../../src/services/deid/profiles/presets.js';
import { datesMark, type Profile } from '../../../src/services/deid/profiles/profile.js';
import { methodCodes } from '../../../src/services/deid/stamp.js';
import { run } from './peers.js';

export type Pairs = readonly (readonly [original: string, result: string])[];

export interface PairReport {
  readonly findings: readonly string[];
  readonly uids: Readonly<Record<string, readonly string[]>>;
  readonly references: number;
  readonly resolved: number;
  readonly frames: number;
}

export interface ActionReport {
  readonly actions: number;
  readonly wrongActions: number;
  readonly kept: number;
  readonly changed: number;
  readonly wrong: Readonly<Record<string, number>>;
}

/** Pixels, marks, UIDs and references. */
export function comparePairs(pairs: Pairs, profile: Profile = basicProfile): Promise<PairReport> {
  const codes = methodCodes(profile).map(([code]) => code);
  return ask('deidPairs.py', { pairs, codes, dates: datesMark(profile) });
}

/** Every attribute: what the table and the options ask for. */
export function judgeActions(pairs: Pairs, profile: Profile, offset: number): Promise<ActionReport> {
  const table = join(import.meta.dirname, '../../../src/services/deid/tableE11.json');
  const options = profileOptions
    .filter((option) => profile.options.includes(option))
    .map((option) => optionFacts(option).column);
  return ask('deidActions.py', { pairs, table, options, offset });
}

async function ask<T>(script: string, request: object): Promise<T> {
  const { code, out, err } = await run(
    '/usr/bin/python3',
    [join(import.meta.dirname, script)],
    JSON.stringify(request),
  );
  assert.equal(code, 0, err);
  return JSON.parse(out) as T;
}
