import type { DicomObject } from '../../services/dicom/dataSet.js';
import {
  characterSets,
  findElement,
  firstText,
  numberValues,
  textValues,
} from '../../services/dicom/elements.js';
import { openFileSource } from '../../services/dicom/fileSource.js';
import { readDicom } from '../../services/dicom/part10Reader.js';
import { tags } from '../../services/dicom/tags.js';

/** What the importer needs of one file. */
export interface ImportHeader {
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly sopInstanceUid: string;
  readonly seriesNumber: string;
  readonly instanceNumber: string;
  readonly seriesDescription: string;
  readonly modality: string;
  readonly manufacturer: string;
  readonly patientName: string;
  readonly patientId: string;
  readonly accessionNumber: string;
  readonly studyDescription: string;
  readonly studyDate: string;
  readonly studyTime: string;
  /** All values, separated by backslashes. */
  readonly imageType: string;
  readonly rows: string;
  readonly columns: string;
}

/** Reads a DICOM file's header; undefined where the file is not readable as DICOM or has no UIDs. */
export function readImportHeader(path: string): ImportHeader | undefined {
  const object = tryRead(path);
  if (object === undefined) return undefined;
  const header: ImportHeader = {
    studyUid: textOf(object, tags.StudyInstanceUID),
    seriesUid: textOf(object, tags.SeriesInstanceUID),
    sopInstanceUid: textOf(object, tags.SOPInstanceUID),
    seriesNumber: textOf(object, 0x00200011) || '1',
    instanceNumber: textOf(object, 0x00200013) || '0',
    seriesDescription: textOf(object, 0x0008103e),
    modality: textOf(object, 0x00080060),
    manufacturer: textOf(object, 0x00080070),
    patientName: textOf(object, tags.PatientName),
    patientId: textOf(object, tags.PatientID),
    accessionNumber: textOf(object, 0x00080050),
    studyDescription: textOf(object, tags.StudyDescription),
    studyDate: textOf(object, 0x00080020),
    studyTime: textOf(object, 0x00080030),
    imageType: textValues(findElement(object.elements, 0x00080008)).join('\\'),
    rows: numberOf(object, 0x00280010),
    columns: numberOf(object, 0x00280011),
  };
  return header.studyUid === '' || header.sopInstanceUid === '' ? undefined : header;
}

function tryRead(path: string): DicomObject | undefined {
  try {
    const source = openFileSource(path);
    try {
      return readDicom(source, { untilTag: 0x00280100 });
    } finally {
      source.close();
    }
  } catch {
    return undefined;
  }
}

function textOf(object: DicomObject, tag: number): string {
  return firstText(object.elements, tag, characterSets(object.elements)) ?? '';
}

function numberOf(object: DicomObject, tag: number): string {
  return numberValues(findElement(object.elements, tag), object.encoding).join('');
}
