import { createHash } from 'node:crypto';
import type { ByteSource } from '../dicom/byteSource.js';
import type { DicomObject } from '../dicom/dataSet.js';
import { characterSets, firstText } from '../dicom/elements.js';
import { openFileSource, type FileSource } from '../dicom/fileSource.js';
import { looksLikeDicom, readDicom, sniffLength } from '../dicom/part10Reader.js';
import { tags } from '../dicom/tags.js';
import { GiftCloudError, systemErrorCode, toGiftCloudError } from '../support/errors.js';
import type { InspectOutcome, InstanceSummary, Refusal } from './types.js';

/**
 * Looks at one file: is it a DICOM instance, and which? Found by content, never by name. Never throws.
 * @param options.sha256 also hash the whole file, to tell whether two files with one SOP Instance UID are the same.
 */
export function inspectInstance(path: string, options: { readonly sha256?: boolean } = {}): InspectOutcome {
  let source: FileSource | undefined;
  try {
    source = openFileSource(path);
    if (looksLikeDicom(source.read(0, sniffLength)) === 'no') {
      return { status: 'skipped', code: 'NOT_DICOM', reason: 'not a DICOM file' };
    }
    const summary = summaryOf(readDicom(source), source);
    return {
      status: 'instance',
      summary: options.sha256 ? { ...summary, sha256: sha256Of(source) } : summary,
    };
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

function sha256Of(source: ByteSource): string {
  const hash = createHash('sha256');
  const step = 1024 * 1024;
  for (let position = 0; position < source.size; position += step) hash.update(source.read(position, step));
  return hash.digest('hex');
}

/** What an error of the reader means for one file; the rest goes on. */
export function refusalOf(thrown: unknown): Refusal {
  if (
    ['EISDIR', 'EACCES', 'ENOENT', 'EPERM', 'EIO', 'ELOOP', 'ENXIO'].includes(systemErrorCode(thrown) ?? '')
  ) {
    return {
      status: 'failed',
      code: 'FILE_UNREADABLE',
      reason: `the file can't be read (${systemErrorCode(thrown) ?? ''})`,
    };
  }
  const error = toGiftCloudError(thrown);
  if (error.code === 'NOT_DICOM' || error.code === 'DICOMDIR_SKIPPED') {
    return { status: 'skipped', code: error.code, reason: error.message };
  }
  return { status: 'failed', code: error.code, reason: error.message };
}
