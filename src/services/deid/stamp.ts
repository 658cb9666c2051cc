import type { DataElement, Encoding, Tag } from '../dicom/dataSet.js';
import { bytesElement, sequenceElement, textElement } from '../dicom/elements.js';
import { tags } from '../dicom/tags.js';
import { explicitLittleEndian } from '../dicom/transferSyntaxes.js';
import { optionFacts, profileOptions } from './profiles/options.js';
import { datesMark, type Profile } from './profiles/profile.js';
import { tableEdition } from './table.js';
import type { TargetIdentity } from './types.js';

/** Made once from a random UUID (PS3.5 B.2): says that this program wrote the file (PS3.10 7.1). */
export const implementationClassUid = '2.25.138410934917217846351709612843127750146';

/** De-identification Method (0012,0063): values of at most 64 characters. */
export function methodTexts(version: string, profile: Profile): readonly string[] {
  return [
    `GIFT-Cloud ${version}`,
    `Basic Profile PS3.15 ${tableEdition} Table E.1-1`,
    `Profile ${profile.name}`,
  ];
}

/** De-identification Method Code Sequence (0012,0064): code and meaning of PS3.16 CID 7050 for the profile and each option. */
export function methodCodes({ options }: Profile): readonly (readonly [code: string, meaning: string])[] {
  return [
    ['113100', 'Basic Application Confidentiality Profile'],
    ...profileOptions
      .filter((option) => options.includes(option))
      .map(optionFacts)
      .map(({ code, meaning }) => [code, meaning] as const),
  ];
}

export interface StampContext {
  readonly identity: TargetIdentity;
  readonly version: string;
  readonly profile: Profile;
}

/**
 * Writes who the object becomes (design: subject label and experiment label, what the stock script of a GIFT-Cloud
 * server would write) and the marks that PS3.15 E.1 and PS3.3 C.12.1.1 / C.7.1.1 ask for.
 */
export function stampDataSet(
  elements: readonly DataElement[],
  { identity, version, profile }: StampContext,
  encoding: Encoding,
): readonly DataElement[] {
  const stamped = new Map<Tag, DataElement>();
  const put = (element: DataElement): void => void stamped.set(element.tag, element);
  put(textElement(tags.PatientName, 'PN', identity.patientName, encoding));
  put(textElement(tags.PatientID, 'LO', identity.patientId, encoding));
  if (identity.studyDescription !== undefined) {
    put(textElement(tags.StudyDescription, 'LO', identity.studyDescription, encoding));
  }
  put(textElement(tags.PatientIdentityRemoved, 'CS', 'YES', encoding));
  put(textElement(tags.DeidentificationMethod, 'LO', methodTexts(version, profile), encoding));
  put(
    sequenceElement(
      tags.DeidentificationMethodCodeSequence,
      methodCodes(profile).map(([code, meaning]) => ({
        elements: [
          textElement(tags.CodeValue, 'SH', code, encoding),
          textElement(tags.CodingSchemeDesignator, 'SH', 'DCM', encoding),
          textElement(tags.CodeMeaning, 'LO', meaning, encoding),
        ],
      })),
      encoding,
    ),
  );
  put(textElement(tags.LongitudinalTemporalInformationModified, 'CS', datesMark(profile), encoding));
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
