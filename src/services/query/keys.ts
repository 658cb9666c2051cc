import type { Tag } from '../dicom/dataSet.js';
import { tags } from '../dicom/tags.js';
import type { Keys } from './identifier.js';
import type { QueryLevel, QueryModel, QueryTerms } from './types.js';

/** Attributes of Query/Retrieve alone (PS3.4 C.6). */
export const queryTags = {
  modalitiesInStudy: 0x00080061,
  bodyPart: 0x00180015,
  patientStudies: 0x00201200,
  studySeries: 0x00201206,
  studyInstances: 0x00201208,
  seriesInstances: 0x00201209,
} as const;

/** The levels of a model, top down. */
export const levelsOf: Readonly<Record<QueryModel, readonly QueryLevel[]>> = {
  patient: ['patient', 'study', 'series', 'image'],
  // Study Root has no patient level: its attributes belong to the study (PS3.4 C.6.2.1).
  study: ['study', 'series', 'image'],
};

/** The unique key of each level (PS3.4 C.6.1.1). */
export const uniqueKey: Readonly<Record<QueryLevel, Tag>> = {
  patient: tags.PatientID,
  study: tags.StudyInstanceUID,
  series: tags.SeriesInstanceUID,
  image: tags.SOPInstanceUID,
};

const wanted: Readonly<Record<QueryLevel, readonly Tag[]>> = {
  patient: [tags.PatientName, tags.PatientID, tags.PatientBirthDate, tags.PatientSex, queryTags.patientStudies], // prettier-ignore
  study: [
    ...[tags.StudyDate, tags.StudyTime, tags.AccessionNumber, queryTags.modalitiesInStudy],
    ...[tags.StudyDescription, tags.StudyInstanceUID, tags.StudyID],
    ...[queryTags.studySeries, queryTags.studyInstances],
  ],
  series: [
    ...[tags.SeriesDate, tags.SeriesTime, tags.Modality, tags.SeriesDescription, queryTags.bodyPart],
    ...[tags.SeriesInstanceUID, tags.SeriesNumber, queryTags.seriesInstances],
  ],
  image: [
    ...[tags.ImageType, tags.SOPClassUID, tags.SOPInstanceUID, tags.ContentDate, tags.ContentTime],
    ...[tags.InstanceNumber, tags.NumberOfFrames],
  ],
};

/** What terms say at a level, by tag. */
function termsAt(level: QueryLevel, terms: QueryTerms): Keys {
  const uids = (list: readonly string[] = []): string => list.join('\\');
  const all: Readonly<Record<QueryLevel, readonly (readonly [Tag, string | undefined])[]>> = {
    patient: [
      [tags.PatientName, terms.patientName],
      [tags.PatientID, terms.patientId],
    ],
    study: [
      [tags.StudyDate, terms.studyDate],
      [tags.AccessionNumber, terms.accessionNumber],
      [queryTags.modalitiesInStudy, terms.modality],
      [tags.StudyDescription, terms.studyDescription],
      [tags.StudyInstanceUID, uids(terms.studyUids)],
    ],
    series: [
      [tags.Modality, terms.modality],
      [tags.SeriesInstanceUID, uids(terms.seriesUids)],
    ],
    image: [[tags.SOPInstanceUID, uids(terms.instanceUids)]],
  };
  return new Map(
    all[level].flatMap(([tag, value]) => (value === undefined || value === '' ? [] : [[tag, value.trim()]])),
  );
}

/** Keys of a request at a level: the terms, what shall be told, and the unique keys above. */
export function keysAt(model: QueryModel, level: QueryLevel, terms: QueryTerms, above: Keys): Keys {
  const levels: readonly QueryLevel[] =
    model === 'study' && level === 'study' ? ['patient', 'study'] : [level];
  return new Map([
    ...levels.flatMap((one) => wanted[one].map((tag): [Tag, string] => [tag, ''])),
    ...levels.flatMap((one) => [...termsAt(one, terms)]),
    ...above,
  ]);
}

/**
 * Where a search begins: as far down as single unique keys of the terms lead (PS3.4 C.4.1.3.1 asks for them above the level
 * of a request), and no deeper than the first level at which the terms say something else. Gives the keys above it.
 */
export function startOf(
  model: QueryModel,
  target: QueryLevel,
  terms: QueryTerms,
): { readonly level: QueryLevel; readonly above: Keys } {
  const levels = levelsOf[model];
  const above = new Map<Tag, string>();
  for (const level of levels) {
    const own = termsAt(level, terms);
    const value = own.get(uniqueKey[level]) ?? '';
    const atStudy = model === 'study' && level === 'study' && termsAt('patient', terms).size > 0;
    const others = [...own.keys()].filter((tag) => tag !== uniqueKey[level]).length > 0 || atStudy;
    // In Patient Root the patient alone tells names.
    if (level === 'patient' && target === 'study') return { level, above };
    if (level === target || others || value === '' || /[*?\\]/.test(value)) return { level, above };
    above.set(uniqueKey[level], value);
  }
  return { level: target, above };
}
