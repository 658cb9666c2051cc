/** Value representations of PS3.5 table 6.2-1. */
export const vrs = [
  'AE', 'AS', 'AT', 'CS', 'DA', 'DS', 'DT', 'FL', 'FD', 'IS', 'LO', 'LT', 'OB', 'OD', 'OF', 'OL', 'OV', 'OW',
  'PN', 'SH', 'SL', 'SQ', 'SS', 'ST', 'SV', 'TM', 'UC', 'UI', 'UL', 'UN', 'UR', 'US', 'UT', 'UV',
] as const; // prettier-ignore

export type Vr = (typeof vrs)[number];

const known: ReadonlySet<string> = new Set(vrs);
const long: ReadonlySet<string> = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']); // prettier-ignore

export function isVr(text: string): text is Vr {
  return known.has(text);
}

/** Whether explicit encoding has two reserved bytes and a 32-bit length (PS3.5 table 7.1-1). */
export function hasLongForm(vr: string): boolean {
  return long.has(vr);
}
