import type { DataElement, Tag } from '../dicom/dataSet.js';
import { firstText } from '../dicom/elements.js';
import { groupOf, tags } from '../dicom/tags.js';
import { optionOfColumn, type OptionCode, type ProfileOption } from './profiles/options.js';
import data from './tableE11.json';
import { typeException } from './typeExceptions.js';

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
  /** At the top level: the patient is no human being. */
  readonly ofAnimal?: boolean;
}

/** The top level of an object. */
export function topLevelOf(elements: readonly DataElement[]): Place {
  const sopClassUid = firstText(elements, tags.SOPClassUID) ?? '';
  // Patient Species Description or its code: Type 1C for animals, absent otherwise (PS3.3 C.7.1.1).
  const ofAnimal = elements.some(({ tag }) => tag === 0x00102201 || tag === 0x00102202);
  return { sopClassUid, parent: undefined, ofAnimal };
}

/** A row of the table. */
export interface Row {
  readonly action: Action;
  /** What options say about it. */
  readonly options: readonly (readonly [ProfileOption, OptionCode])[];
}

/** Edition of Table E.1-1 that the program carries; stands in the method text of every object. */
export const tableEdition: string = data.edition;

const rows = new Map<Tag, Row>();
const repeated: Record<string, Row> = {};
for (const [id, [code, columns]] of Object.entries(data.rows)) {
  if (typeof code !== 'string') continue;
  const row = { action: strongest(code), options: optionsOf(columns) };
  if (/^[0-9a-f]{8}$/.test(id)) rows.set(parseInt(id, 16) >>> 0, row);
  else repeated[id] = row;
}

/**
 * Conditional codes name the action by the attribute's type in the IOD: X/Z/D is X for type 3, Z for 2, D for 1. Where the
 * type is not known (typeExceptions.ts), the last letter is right for every type: it never breaks an object and removes
 * identity like the others.
 */
function strongest(code: string): Action {
  const last = code.split('/').at(-1) ?? 'X';
  return last === 'D' || last === 'Z' || last === 'U' || last === 'U*' ? last : 'X';
}

function optionsOf(columns: unknown): Row['options'] {
  return Object.entries(columns ?? {}).flatMap(([column, code]) => {
    const option = optionOfColumn(column);
    return option !== undefined && (code === 'K' || code === 'C') ? [[option, code] as const] : [];
  });
}

/** Curves (50xx) and overlays (60xx): without their data the rest of a group is broken, so a whole group shares its row. */
const ofCurve = repeated['50xxxxxx'];
const ofOverlay = repeated['60xx3000'];

/** The row of a tag of Table E.1-1; undefined when the table does not name it. */
export function tableRow(tag: Tag): Row | undefined {
  if (!isCurveOrOverlay(tag)) return rows.get(tag);
  return groupOf(tag) >>> 8 === 0x50 ? ofCurve : ofOverlay;
}

/** Basic Profile action for a tag in its place; undefined when the table does not name it. */
export function tableAction(tag: Tag, place: Place): Action | undefined {
  const row = tableRow(tag);
  return row && rowAction(row, tag, place);
}

/** Basic Profile action of the row of a tag in its place. */
export function rowAction(row: Row, tag: Tag, place: Place): Action {
  return typeException(tag, place) ?? row.action;
}

/** Groups 50xx and 60xx. */
export function isCurveOrOverlay(tag: Tag): boolean {
  const high = groupOf(tag) >>> 8;
  return high === 0x50 || high === 0x60;
}

/** All tags of the table with their rows, without the repeating groups. */
export function tableRows(): ReadonlyMap<Tag, Row> {
  return rows;
}
