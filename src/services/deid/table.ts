import type { Tag } from '../dicom/dataSet.js';
import { groupOf } from '../dicom/tags.js';
import data from './tableE11.json';

/**
 * What the Basic Profile does to an attribute (PS3.15 E.1.1): replace by a dummy, empty, remove, replace the UID, or keep
 * a sequence of references with its instance UIDs replaced (U*).
 */
export type Action = 'D' | 'Z' | 'X' | 'U' | 'U*';

/** Edition of Table E.1-1 that the program carries; stands in the method text of every object. */
export const tableEdition: string = data.edition;

const rows = new Map<Tag, Action>();
for (const [id, [code]] of Object.entries(data.rows)) {
  if (/^[0-9a-f]{8}$/.test(id) && typeof code === 'string') rows.set(parseInt(id, 16) >>> 0, strongest(code));
}

/**
 * Conditional codes name the action by the attribute's type in the IOD: X/Z/D is X for type 3, Z for 2, D for 1. The
 * last letter is right for every type: it never breaks an object and removes identity like the others.
 */
function strongest(code: string): Action {
  const last = code.split('/').at(-1) ?? 'X';
  return last === 'D' || last === 'Z' || last === 'U' || last === 'U*' ? last : 'X';
}

/**
 * Rows whose plain X stands on an attribute that is Type 1 in some IOD: a dummy keeps those objects valid. Presentation
 * Creation Date and Time are Type 1 in presentation states (PS3.3 C.11.10).
 */
const dummyInstead: ReadonlySet<Tag> = new Set([0x00700082, 0x00700083]);

/** Basic Profile action for a tag of Table E.1-1; undefined when the table does not name it. Curves and overlays go whole. */
export function basicAction(tag: Tag): Action | undefined {
  if (isCurveOrOverlay(tag)) return 'X';
  if (dummyInstead.has(tag)) return 'D';
  return rows.get(tag);
}

/** Groups 50xx and 60xx: without their data the rest of the group is broken, so the whole group goes. */
export function isCurveOrOverlay(tag: Tag): boolean {
  const high = groupOf(tag) >>> 8;
  return high === 0x50 || high === 0x60;
}

/** All tags of the table with their Basic Profile action. */
export function tableRows(): ReadonlyMap<Tag, Action> {
  return rows;
}
