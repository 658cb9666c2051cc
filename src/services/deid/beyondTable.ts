import type { DataElement, Tag } from '../dicom/dataSet.js';
import type { Vr } from '../dicom/vr.js';

/**
 * Attributes that Table E.1-1 does not list although they name a person, a date, an address or an order, mostly retired
 * ones and later additions to PS3.6. The table is a minimum (PS3.15 E.1.1), and "dates removed" is what the marks say.
 */
const listed: ReadonlyMap<Tag, 'X' | 'Z' | 'D'> = new Map<Tag, 'X' | 'Z' | 'D'>([
  [0x00100033, 'X'], // Patient's Birth Date in Alternative Calendar
  [0x00100034, 'X'], // Patient's Death Date in Alternative Calendar
  [0x00140100, 'X'], // Component Welder IDs
  [0x00400400, 'X'], // Comments on the Scheduled Procedure Step
  [0x00401006, 'X'], // Placer Order Number / Procedure
  [0x00401007, 'X'], // Filler Order Number / Procedure
  [0x00401060, 'X'], // Requested Procedure Description (Trial)
  [0x00402006, 'X'], // Placer Order Number / Imaging Service Request
  [0x00402007, 'X'], // Filler Order Number / Imaging Service Request
  [0x0040a160, 'D'], // Text Value: what somebody wrote in a report or a context of acquisition
  [0x00420010, 'Z'], // Document Title: Type 2, names the document that was replaced
  [0x00420015, 'X'], // Encapsulated Document Length: of the document that was replaced
  [0x00700006, 'D'], // Unformatted Text Value: a note, here of a waveform; those of presentation states go as a whole
  [0x0040e001, 'D'], // HL7 Instance Identifier of the document that was replaced: Type 1C
  [0x0074100c, 'X'], // Contact Display Name
  [0x00880130, 'X'], // Storage Media File-set ID
  [0x04000500, 'X'], // Encrypted Attributes Sequence: what an earlier de-identification locked away (PS3.15 E.1.1)
  [0x4010101a, 'X'], // Boarding Pass ID
  [0x40101051, 'X'], // Itinerary ID
]);

/** A coded meaning in the form of a URN, the one UR that is no address. */
const urnCodeValue: Tag = 0x00080120;

/** Whether it is one of those named above, which no option keeps. */
export function isListedBeyondTable(tag: Tag): boolean {
  return listed.has(tag);
}

/**
 * What happens to an attribute that the table does not name: names, dates and times are emptied, application entities and
 * addresses removed, whether the dictionary (`vr`) or the writer says that it is one. Undefined: nothing of the kind.
 */
export function actionBeyondTable({ tag, storedVr }: DataElement, vr: Vr): 'X' | 'Z' | 'D' | undefined {
  const action = listed.get(tag);
  if (action !== undefined) return action;
  if (vr === 'AE' || (vr === 'UR' && tag !== urnCodeValue)) return 'X';
  if (vr === 'PN' || vr === 'DA' || vr === 'DT' || vr === 'TM') return 'Z';
  return storedVr === 'PN' || storedVr === 'DA' || storedVr === 'DT' ? 'Z' : undefined;
}
