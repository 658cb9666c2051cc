import { createHash } from 'node:crypto';
import type { CountTotals } from '../deid/counts.js';
import { methodTexts } from '../deid/stamp.js';
import { tableEdition } from '../deid/table.js';
import type { ProfileOption } from '../deid/profiles/options.js';
import type { Profile } from '../deid/profiles/profile.js';
import type { ServerScript } from '../xnat/archive.js';
import type { Receipt, RefusalCount } from './types.js';

/** Names a script that was honoured without repeating it: scripts of a site may name people. */
export interface ScriptDigest {
  readonly origin: ServerScript['origin'];
  /** SHA-256 (hex) of its text in UTF-8. */
  readonly sha256: string;
}

/**
 * How the data of one upload was de-identified, to be filed with it: labels of the server, names of rules and counts; no
 * identifiers. PS3.15 E.1 asks for such a record beside the marks in each object.
 */
export interface DeidReport {
  readonly tool: string;
  /** Name of the profile, and what it does beside the Basic Profile. */
  readonly profile: string;
  readonly options: readonly ProfileOption[];
  /** De-identification Method (0012,0063) as it stands in every object. */
  readonly method: readonly string[];
  /** Edition of PS3.15 Table E.1-1. */
  readonly tableEdition: string;
  readonly scripts: readonly ScriptDigest[];
  readonly started: string;
  readonly finished: string;
  readonly places: readonly {
    readonly project: string;
    readonly subject: string;
    readonly experiment: string;
    readonly scan: string;
    readonly instances: number;
  }[];
  /** Objects that arrived, or were there already. */
  readonly instances: number;
  /** What the profile did to them. */
  readonly counts: CountTotals;
  /** Objects and files that were not sent, by reason. */
  readonly refused: readonly RefusalCount[];
}

export function digestOf({ origin, text }: ServerScript): ScriptDigest {
  return { origin, sha256: createHash('sha256').update(text, 'utf8').digest('hex') };
}

/** The report of an upload, from its receipt and what was counted. */
export function deidReport(
  receipt: Receipt,
  profile: Profile,
  counts: CountTotals,
  version: string,
): DeidReport {
  const { tool, scripts, started, finished, series, refused } = receipt;
  const places = series.map(({ place, instances }) => ({ ...place, instances: instances.length }));
  return {
    tool,
    profile: profile.name,
    options: profile.options,
    method: methodTexts(version, profile),
    tableEdition,
    scripts,
    started,
    finished,
    places,
    instances: places.reduce((sum, { instances }) => sum + instances, 0),
    counts,
    refused,
  };
}
