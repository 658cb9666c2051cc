import type { DataElement, Encoding, Tag } from '../dicom/dataSet.js';
import { bytesElement, sequenceElement, textElement } from '../dicom/elements.js';
import { tags } from '../dicom/tags.js';
import { explicitLittleEndian } from '../dicom/transferSyntaxes.js';
import { ScriptWritten } from './scriptWritten.js';
import { tableEdition } from './table.js';
import type { TargetIdentity } from './types.js';

/** Made once from a random UUID (PS3.5 B.2): says that this program wrote the file (PS3.10 7.1). */
export const implementationClassUid = '2.25.138410934917217846351709612843127750146';

/** De-identification Method (0012,0063): values of at most 64 characters. */
export function methodTexts(version: string): readonly string[] {
  return [`GIFT-Cloud ${version}`, `Basic Profile PS3.15 ${tableEdition} Table E.1-1`];
}

/** Who an object becomes, but for what a script wrote in its place. */
export function identityTexts(identity: TargetIdentity, written: ScriptWritten): ReadonlyMap<Tag, string> {
  const texts = new Map<Tag, string>([
    [tags.PatientName, identity.patientName],
    [tags.PatientID, identity.patientId],
  ]);
  if (identity.studyDescription !== undefined) texts.set(tags.StudyDescription, identity.studyDescription);
  for (const [tag, text] of texts) {
    const value = written.topLevel(tag)?.value?.toString('utf8').trimEnd() ?? '';
    if (value !== '' && value !== text) texts.delete(tag);
  }
  return texts;
}

/** Whether the dates are gone, or a script moved them or wrote others (PS3.15 E.3.6). */
export function longitudinalMark(written: ScriptWritten): 'REMOVED' | 'MODIFIED' {
  return written.hasDates ? 'MODIFIED' : 'REMOVED';
}

/**
 * Writes who the object becomes (design: subject label and experiment label, what the stock script of a GIFT-Cloud
 * server would write) and the marks that PS3.15 E.1 and PS3.3 C.12.1.1 / C.7.1.1 ask for.
 */
export function stampDataSet(
  elements: readonly DataElement[],
  identity: TargetIdentity,
  version: string,
  encoding: Encoding,
  written = ScriptWritten.nothing,
): readonly DataElement[] {
  const stamped = new Map<Tag, DataElement>();
  const put = (element: DataElement): void => void stamped.set(element.tag, element);
  for (const [tag, text] of identityTexts(identity, written)) {
    put(textElement(tag, tag === tags.PatientName ? 'PN' : 'LO', text, encoding));
  }
  put(textElement(tags.PatientIdentityRemoved, 'CS', 'YES', encoding));
  put(textElement(tags.DeidentificationMethod, 'LO', methodTexts(version), encoding));
  put(
    sequenceElement(
      tags.DeidentificationMethodCodeSequence,
      [
        {
          elements: [
            textElement(tags.CodeValue, 'SH', '113100', encoding),
            textElement(tags.CodingSchemeDesignator, 'SH', 'DCM', encoding),
            textElement(tags.CodeMeaning, 'LO', 'Basic Application Confidentiality Profile', encoding),
          ],
        },
      ],
      encoding,
    ),
  );
  put(textElement(tags.LongitudinalTemporalInformationModified, 'CS', longitudinalMark(written), encoding));
  const kept = elements.filter((element) => !stamped.has(element.tag));
  return [...kept, ...stamped.values()].sort((a, b) => a.tag - b.tag);
}

/** File meta made anew (PS3.10 7.1): the original's holds AE titles and may hold private information. */
export function newFileMeta(ids: {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
}): readonly DataElement[] {
  const text = (tag: Tag, value: string): DataElement => textElement(tag, 'UI', value, explicitLittleEndian);
  return [
    bytesElement(tags.FileMetaInformationVersion, 'OB', Buffer.of(0, 1), explicitLittleEndian),
    text(tags.MediaStorageSOPClassUID, ids.sopClassUid),
    text(tags.MediaStorageSOPInstanceUID, ids.sopInstanceUid),
    text(tags.TransferSyntaxUID, ids.transferSyntaxUid),
    text(tags.ImplementationClassUID, implementationClassUid),
    textElement(tags.ImplementationVersionName, 'SH', 'GIFTCLOUD', explicitLittleEndian),
  ];
}
