/** What Table E.1-1 does to a row under an option: keep the value (K), or clean it (C; PS3.15 E.1.1). */
export type OptionCode = 'K' | 'C';

interface OptionFacts {
  /** Column of tableE11.json. */
  readonly column: string;
  /** Code and meaning of PS3.16 CID 7050. */
  readonly code: string;
  readonly meaning: string;
}

/** Options of the profile (PS3.15 E.3) that this program knows; pixels and faces are not cleaned by a profile. */
const facts = {
  cleanGraphics: { column: 'cleanGraphOpt', code: '113103', meaning: 'Clean Graphics Option' },
  cleanStructuredContent: {
    column: 'cleanStructContOpt',
    code: '113104',
    meaning: 'Clean Structured Content Option',
  },
  cleanDescriptors: { column: 'cleanDescOpt', code: '113105', meaning: 'Clean Descriptors Option' },
  retainFullDates: {
    column: 'rtnLongFullDatesOpt',
    code: '113106',
    meaning: 'Retain Longitudinal Temporal Information Full Dates Option',
  },
  retainModifiedDates: {
    column: 'rtnLongModifDatesOpt',
    code: '113107',
    meaning: 'Retain Longitudinal Temporal Information Modified Dates Option',
  },
  retainPatientCharacteristics: {
    column: 'rtnPatCharsOpt',
    code: '113108',
    meaning: 'Retain Patient Characteristics Option',
  },
  retainDeviceIdentity: {
    column: 'rtnDevIdOpt',
    code: '113109',
    meaning: 'Retain Device Identity Option',
  },
  retainUids: { column: 'rtnUIDsOpt', code: '113110', meaning: 'Retain UIDs Option' },
  retainSafePrivate: {
    column: 'rtnSafePrivOpt',
    code: '113111',
    meaning: 'Retain Safe Private Option',
  },
  retainInstitutionIdentity: {
    column: 'rtnInstIdOpt',
    code: '113112',
    meaning: 'Retain Institution Identity Option',
  },
} as const satisfies Readonly<Record<string, OptionFacts>>;

export type ProfileOption = keyof typeof facts;

/** All options, in the order of their codes: the order in which they stand in an object. */
export const profileOptions = Object.keys(facts) as readonly ProfileOption[];

export function isProfileOption(text: string): text is ProfileOption {
  return Object.hasOwn(facts, text);
}

export function optionFacts(option: ProfileOption): OptionFacts {
  return facts[option];
}

const byColumn: ReadonlyMap<string, ProfileOption> = new Map(
  profileOptions.map((option) => [facts[option].column, option]),
);

/** Which option a column of tableE11.json belongs to. */
export function optionOfColumn(column: string): ProfileOption | undefined {
  return byColumn.get(column);
}
