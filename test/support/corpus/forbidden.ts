// Which texts of an object must not be found in what a profile makes of it: read from the table itself, not from the program.
import type { Profile } from '../../../src/services/deid/profiles/profile.js';
import table from '../../../src/services/deid/tableE11.json' with { type: 'json' };
import type { BuiltElement } from '../dicomBuilder.js';
import { patient, uidRoot } from './plan.js';

/** Column of an option in the table. */
const columns: Readonly<Record<string, string>> = {
  cleanGraphics: 'cleanGraphOpt',
  cleanStructuredContent: 'cleanStructContOpt',
  cleanDescriptors: 'cleanDescOpt',
  retainFullDates: 'rtnLongFullDatesOpt',
  retainModifiedDates: 'rtnLongModifDatesOpt',
  retainPatientCharacteristics: 'rtnPatCharsOpt',
  retainDeviceIdentity: 'rtnDevIdOpt',
  retainUids: 'rtnUIDsOpt',
  retainSafePrivate: 'rtnSafePrivOpt',
  retainInstitutionIdentity: 'rtnInstIdOpt',
};

const rows = new Map<number, readonly unknown[]>(
  Object.entries(table.rows)
    .filter(([id]) => /^[0-9a-f]{8}$/.test(id))
    .map(([id, row]) => [parseInt(id, 16), row]),
);

/** Texts of people, wherever they stand: Text Value and Unformatted Text Value. */
const notes: ReadonlySet<number> = new Set([0x0040a160, 0x00700006]);

/** The patient's own values; no profile lets one of them stand in a text. */
const ownValues = [...patient.name.split('^').slice(0, 2), patient.id, patient.accession];
export const patientValues: readonly string[] = ownValues.flatMap((value) => [
  ...new Set([value, value.toUpperCase(), value.toLowerCase()]),
]);

/** What stands in the place of removed content, too. */
const common: ReadonlySet<string> = new Set(['CONTAINS', '113012', '121106', 'Key Object Description']);

/** Shorter texts come about by chance. */
const shortest = 6;

/** Texts of an object that its de-identified form must not have. */
export function forbiddenTexts(elements: readonly BuiltElement[], profile: Profile): readonly string[] {
  const found = { forbidden: new Set<string>(), allowed: new Set<string>() };
  collect(elements, new Set(profile.options.map((option) => columns[option] ?? '')), false, found);
  const allowed = [...found.allowed].join('\n');
  const uids = profile.options.some((option) => option === 'retainUids' || option === 'retainDeviceIdentity');
  return [
    ...[...found.forbidden].filter(
      (text) => text.length >= shortest && !common.has(text) && !allowed.includes(text),
    ),
    ...patientValues,
    ...(uids ? [] : [uidRoot]),
  ];
}

interface Found {
  readonly forbidden: Set<string>;
  readonly allowed: Set<string>;
}

function collect(
  elements: readonly BuiltElement[],
  active: ReadonlySet<string>,
  inRemoved: boolean,
  found: Found,
): void {
  for (const { tag, vr, value, items } of elements) {
    const row = rows.get(tag);
    const group = tag >>> 16;
    const options = Object.keys(row?.[1] ?? {});
    const listed =
      row !== undefined && !String(row[0]).includes('U') && !options.some((option) => active.has(option));
    const overlay = (group & 0xff00) === 0x6000 && !active.has('cleanGraphOpt');
    const gone = inRemoved || listed || (group & 1) === 1 || overlay || (group & 0xff00) === 0x5000;
    if (items) for (const item of items) collect(item.elements, active, gone, found);
    else if (vr !== 'UI') {
      const texts = Buffer.isBuffer(value)
        ? [value.toString('latin1')]
        : typeof value === 'string'
          ? value.split(/[\\^]/)
          : [];
      for (const text of texts) (gone || notes.has(tag) ? found.forbidden : found.allowed).add(text);
    }
  }
}
