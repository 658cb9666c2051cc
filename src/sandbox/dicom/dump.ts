import type { CharacterSets } from '../../services/dicom/charsets.js';
import type { DataElement, DicomObject, Encoding } from '../../services/dicom/dataSet.js';
import { lookUp } from '../../services/dicom/dictionary.js';
import { characterSets, numberValues, textValues } from '../../services/dicom/elements.js';
import { openFileSource } from '../../services/dicom/fileSource.js';
import { readDicom } from '../../services/dicom/part10Reader.js';
import { formatTag } from '../../services/dicom/tags.js';
import { escapeXml } from '../server/answers.js';
import type { Row } from '../server/tables.js';

const VALUE_LIMIT = 255;
const PIXEL_DATA = 0x7fe00010;
const NUMBERS = new Set(['US', 'SS', 'UL', 'SL', 'FL', 'FD']);
const BYTES = new Set(['OB', 'OW', 'OF', 'OD', 'OL', 'OV', 'UN']);

export const DUMP_COLUMNS = ['tag1', 'tag2', 'vr', 'value', 'desc'];

/** The header of a DICOM file as the server's header dump shows it; items one level deep, no pixels. */
export function dumpHeader(path: string, fields: readonly string[]): Row[] {
  const source = openFileSource(path);
  try {
    const object = readDicom(source, { untilTag: PIXEL_DATA });
    const wanted = (element: DataElement): boolean =>
      fields.length === 0 || fields.some((f) => isField(element, f));
    return [...object.fileMeta, ...object.elements]
      .filter(wanted)
      .flatMap((element) => rows(object, element));
  } finally {
    source.close();
  }
}

function isField(element: DataElement, field: string): boolean {
  const hex = element.tag.toString(16).padStart(8, '0');
  return field.toLowerCase() === hex || lookUp(element.tag).keyword === field;
}

function rows(object: DicomObject, element: DataElement): Row[] {
  const sets = characterSets(object.elements);
  const encoding = element.tag < 0x00080000 ? { explicitVr: true, bigEndian: false } : object.encoding;
  const top = row(element, encoding, sets, formatTag(element.tag), '');
  const inner = (element.items ?? []).flatMap((item) =>
    item.elements.map((nested) => row(nested, encoding, sets, formatTag(element.tag), formatTag(nested.tag))),
  );
  return [top, ...inner];
}

function row(element: DataElement, encoding: Encoding, sets: CharacterSets, tag1: string, tag2: string): Row {
  return {
    tag1: tag1.toUpperCase(),
    tag2: tag2.toUpperCase(),
    vr: element.vr,
    value: escapeXml(valueOf(element, encoding, sets)).slice(0, VALUE_LIMIT),
    desc: nameOf(lookUp(element.tag).keyword),
  };
}

/** The name of PS3.6 from its keyword: close enough for people, `Patient's Name` and the like exactly. */
function nameOf(keyword: string): string {
  return keyword
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .replace(/ (Of|Per|And|To|In|For|The|On|By)(?= )/g, (word) => word.toLowerCase())
    .replace(/^Patient (?=Name|Birth|Sex|Age|Size|Weight|Address|Mother)/, "Patient's ")
    .replace(/(?<=Physician|Operator) (?=Name)/, "'s ");
}

function valueOf(element: DataElement, encoding: Encoding, sets: CharacterSets): string {
  if (NUMBERS.has(element.vr)) return numberValues(element, encoding).join('\\');
  if (BYTES.has(element.vr)) {
    const bytes = element.value?.subarray(0, 85) ?? Buffer.alloc(0);
    return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('\\');
  }
  return textValues(element, sets).join('\\');
}
