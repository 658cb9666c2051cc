import type { Tag } from '../dicom/dataSet.js';
import { groupOf } from '../dicom/tags.js';
import data from './tableE11.json';

/**
 * What the Basic Profile does to an attribute (PS3.15 E.1.1): replace by a dummy, empty, remove, replace the UID, or keep
 * a sequence of references with its instance UIDs replaced (U*).
 */
export type Action = 'D' | 'Z' | 'X' | 'U' | 'U*';

/** Where an attribute stands: some are required in one place and optional in another. */
export interface Place {
  readonly sopClassUid: string;
  /** The sequence in whose item it is; undefined at the top level. */
  readonly parent: Tag | undefined;
}

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

interface Exception {
  readonly action: Action;
  readonly applies: (place: Place) => boolean;
}

const anywhere = (): boolean => true;
const inRequest = ({ parent }: Place): boolean => parent === 0x0040a370;
/** Reports, key object notes, and the ophthalmic and implant reports outside their branch. */
const reportClass = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.(?:88\.\d+|70\.1|78\.6|79\.1)$/;
const inReport = ({ sopClassUid, parent }: Place): boolean =>
  parent === undefined && reportClass.test(sopClassUid);

/**
 * Where the letter chosen above would break an object (PS3.3), the first exception that applies stands instead. None keeps
 * a value.
 */
const exceptions: ReadonlyMap<Tag, readonly Exception[]> = new Map<Tag, readonly Exception[]>([
  // Presentation Creation Date and Time are X and yet Type 1 in presentation states (C.11.10).
  [0x00700082, [{ action: 'D', applies: anywhere }]],
  [0x00700083, [{ action: 'D', applies: anywhere }]],
  // Referenced Study Sequence, X/Z: Type 2 in the request of a report (C.17.2), else Type 3 and never without item (C.7.2.1).
  [
    0x00081110,
    [
      { action: 'Z', applies: inRequest },
      { action: 'X', applies: anywhere },
    ],
  ],
  // Referenced Performed Procedure Step Sequence, X/Z/D: Type 2 in reports (C.17.1), else never without item (C.7.3.1).
  [
    0x00081111,
    [
      { action: 'Z', applies: inReport },
      { action: 'X', applies: anywhere },
    ],
  ],
  // Ethics Committee Name is D and yet Type 1C, only beside the approval number, which the table removes (C.7.1.3).
  [0x00120081, [{ action: 'X', applies: anywhere }]],
  // Requested Procedure ID is X and yet Type 2 in the request of a report (C.17.2).
  [0x00401001, [{ action: 'Z', applies: inRequest }]],
  // Responsible Person and Organization are X and yet Type 2C for animals (C.7.1.1).
  [0x00102297, [{ action: 'Z', applies: anywhere }]],
  [0x00102299, [{ action: 'Z', applies: anywhere }]],
  // Radiopharmaceutical Start DateTime is X and yet Type 1 in enhanced PET (C.8.22.4).
  [
    0x00181078,
    [{ action: 'D', applies: ({ sopClassUid }) => sopClassUid === '1.2.840.10008.5.1.4.1.1.130' }],
  ],
]);

/** Basic Profile action for a tag of Table E.1-1; undefined when the table does not name it. Curves and overlays go whole. */
export function tableAction(tag: Tag, place: Place): Action | undefined {
  if (isCurveOrOverlay(tag)) return 'X';
  const row = rows.get(tag);
  if (row === undefined) return undefined;
  return exceptions.get(tag)?.find(({ applies }) => applies(place))?.action ?? row;
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
