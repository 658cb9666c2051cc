import type { DicomObject } from '../dicom/dataSet.js';
import { characterSets, firstText } from '../dicom/elements.js';
import type { FileSource } from '../dicom/fileSource.js';
import { looksLikeDicom, readDicom, sniffLength } from '../dicom/part10Reader.js';
import { plainFiles, type Sources } from '../dicom/sources.js';
import { tags } from '../dicom/tags.js';
import { GiftCloudError, systemErrorCode, toGiftCloudError } from '../support/errors.js';
import { burnedInTextRisk } from './pixelRisk.js';
import type { InspectOutcome, InstanceSummary, Refusal } from './types.js';

/**
 * Looks at one file: is it a DICOM instance, and which? Found by content, never by name. Never throws.
 */
export function inspectInstance(path: string, sources: Pick<Sources, 'open'> = plainFiles): InspectOutcome {
  let source: FileSource | undefined;
  try {
    source = sources.open(path);
    if (looksLikeDicom(source.read(0, sniffLength)) === 'no') {
      return { status: 'skipped', code: 'NOT_DICOM', reason: 'The file is not a DICOM object.' };
    }
    const object = readDicom(source);
    const summary = summaryOf(object, source);
    // Known here already, so that a person sees before sending what will be held back.
    const risk = burnedInTextRisk(object.elements, object.encoding);
    return risk === undefined ? { status: 'instance', summary } : heldForBurnedInText(risk);
  } catch (error) {
    return refusalOf(error);
  } finally {
    source?.close();
  }
}

/** Identifying facts of an object that was read. @throws DICOM_DAMAGED when an identifying UID is missing. */
export function summaryOf(object: DicomObject, source: FileSource): InstanceSummary {
  const { elements } = object;
  const sets = characterSets(elements);
  const text = (tag: number): string | undefined => firstText(elements, tag, sets);
  return {
    sopClassUid: needed(text(tags.SOPClassUID), 'SOP Class UID'),
    sopInstanceUid: needed(text(tags.SOPInstanceUID), 'SOP Instance UID'),
    studyInstanceUid: needed(text(tags.StudyInstanceUID), 'Study Instance UID'),
    seriesInstanceUid: needed(text(tags.SeriesInstanceUID), 'Series Instance UID'),
    transferSyntaxUid: object.transferSyntaxUid,
    modality: text(tags.Modality) ?? '',
    patientId: text(tags.PatientID),
    issuerOfPatientId: text(tags.IssuerOfPatientID),
    patientName: text(tags.PatientName),
    patientBirthDate: text(tags.PatientBirthDate),
    studyDate: text(tags.StudyDate),
    accessionNumber: text(tags.AccessionNumber),
    seriesDescription: text(tags.SeriesDescription),
    seriesNumber: text(tags.SeriesNumber),
    instanceNumber: text(tags.InstanceNumber),
    size: source.size,
    stamp: source.stamp,
  };
}

function needed(value: string | undefined, name: string): string {
  if (value !== undefined) return value;
  throw new GiftCloudError('DICOM_DAMAGED', `The object has no ${name}.`, {
    hint: 'Export it again from where it came from.',
  });
}

/** An object whose pixels may show the name is kept back until somebody cleaned them (PS3.15 E.3.1). */
export function heldForBurnedInText(risk: string): Refusal {
  return {
    status: 'held',
    code: 'BURNED_IN_TEXT_RISK',
    reason: `The pixels may carry burned-in text (${risk}).`,
  };
}

/** What an error of the reader means for one file; the rest goes on. */
export function refusalOf(thrown: unknown): Refusal {
  if (
    ['EISDIR', 'EACCES', 'ENOENT', 'EPERM', 'EIO', 'ELOOP', 'ENXIO'].includes(systemErrorCode(thrown) ?? '')
  ) {
    return {
      status: 'failed',
      code: 'FILE_UNREADABLE',
      reason: `The file can't be read (${systemErrorCode(thrown) ?? ''}).`,
    };
  }
  const error = toGiftCloudError(thrown);
  if (error.code === 'NOT_DICOM' || error.code === 'DICOMDIR_SKIPPED') {
    return { status: 'skipped', code: error.code, reason: error.message };
  }
  return { status: 'failed', code: error.code, reason: error.message };
}
