import type { DataElement, Encoding, Tag } from '../dicom/dataSet.js';
import { readDataSetBytes } from '../dicom/dataSetBytes.js';
import { characterSets, findElement, textValues } from '../dicom/elements.js';
import { tags } from '../dicom/tags.js';
import { isUid } from '../dicom/uids.js';
import { queryTags } from './keys.js';
import type { Keys } from './identifier.js';
import type { ImageRow, PatientRow, QueryLevel, QueryRow, SeriesRow, StudyRow } from './types.js';

/** One answer of a C-FIND as text by tag. */
export interface Answer {
  /** First value; what the answer lacks is what was asked for, as far as that was one value. */
  readonly text: (tag: Tag) => string;
  readonly values: (tag: Tag) => readonly string[];
  readonly count: (tag: Tag) => number | undefined;
}

/** Reads an answer in its own character set. @param above unique keys of the levels above. @throws DICOM_DAMAGED */
export function readAnswer(bytes: Buffer, encoding: Encoding, above: Keys): Answer {
  const elements = readDataSetBytes(bytes, encoding);
  const sets = characterSets(elements);
  const values = (tag: Tag): readonly string[] => textValues(valueOf(elements, tag), sets);
  const text = (tag: Tag): string => values(tag)[0] || (above.get(tag) ?? '');
  return {
    ...{ values, text },
    count: (tag) => (/^\d{1,9}$/.test(text(tag)) ? Number(text(tag)) : undefined),
  };
}

function valueOf(elements: readonly DataElement[], tag: Tag): DataElement | undefined {
  const element = findElement(elements, tag);
  return element?.value ? element : undefined;
}

/** The row of an answer; undefined without the UID that names it. @param patient of the answers above, where there is one. */
export function rowOf(level: QueryLevel, answer: Answer, patient?: PatientRow): QueryRow | undefined {
  const row = readers[level](answer, patient);
  return row.level === 'patient' || uidsOf(row).every(isUid) ? row : undefined;
}

function uidsOf(row: StudyRow | SeriesRow | ImageRow): readonly string[] {
  if (row.level === 'study') return [row.studyUid];
  return row.level === 'series'
    ? [row.studyUid, row.seriesUid]
    : [row.studyUid, row.seriesUid, row.instanceUid];
}

const readers = { patient: patientRow, study: studyRow, series: seriesRow, image: imageRow } as const;

function patientRow({ text, count }: Answer): PatientRow {
  return {
    level: 'patient',
    patientId: text(tags.PatientID),
    patientName: text(tags.PatientName),
    birthDate: text(tags.PatientBirthDate),
    sex: text(tags.PatientSex),
    studies: count(queryTags.patientStudies),
  };
}

function studyRow(answer: Answer, patient?: PatientRow): StudyRow {
  const { text, values, count } = answer;
  const { level: _, studies: __, ...who } = patient ?? patientRow(answer);
  return {
    level: 'study',
    ...who,
    studyUid: text(tags.StudyInstanceUID),
    date: text(tags.StudyDate),
    time: text(tags.StudyTime),
    accessionNumber: text(tags.AccessionNumber),
    studyId: text(tags.StudyID),
    description: text(tags.StudyDescription),
    modalities: values(queryTags.modalitiesInStudy).filter((value) => value !== ''),
    series: count(queryTags.studySeries),
    instances: count(queryTags.studyInstances),
  };
}

function seriesRow({ text, count }: Answer): SeriesRow {
  return {
    level: 'series',
    studyUid: text(tags.StudyInstanceUID),
    seriesUid: text(tags.SeriesInstanceUID),
    modality: text(tags.Modality),
    number: text(tags.SeriesNumber),
    description: text(tags.SeriesDescription),
    bodyPart: text(queryTags.bodyPart),
    date: text(tags.SeriesDate),
    time: text(tags.SeriesTime),
    instances: count(queryTags.seriesInstances),
  };
}

function imageRow({ text, values, count }: Answer): ImageRow {
  return {
    level: 'image',
    studyUid: text(tags.StudyInstanceUID),
    seriesUid: text(tags.SeriesInstanceUID),
    instanceUid: text(tags.SOPInstanceUID),
    sopClassUid: text(tags.SOPClassUID),
    number: text(tags.InstanceNumber),
    imageType: values(tags.ImageType).join('\\'),
    date: text(tags.ContentDate),
    time: text(tags.ContentTime),
    frames: count(tags.NumberOfFrames),
  };
}
