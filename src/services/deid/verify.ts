import type { ByteSource } from '../dicom/byteSource.js';
import type { DataElement, DicomObject, Tag } from '../dicom/dataSet.js';
import { findElement, firstText } from '../dicom/elements.js';
import { readDicom } from '../dicom/part10Reader.js';
import { segmentSource } from '../dicom/segmentSource.js';
import { formatTag, tags } from '../dicom/tags.js';
import type { PixelFill } from '../dicomedit/run/pixelFill.js';
import { ContentCheck } from './contentCheck.js';
import { isFilled } from './filledPixels.js';
import { ScriptWritten } from './scriptWritten.js';
import { identityTexts, longitudinalMark, methodTexts } from './stamp.js';
import type {
  DeidentifiedInstance,
  DeidentifyOutcome,
  Refusal,
  TargetIdentity,
  VerifiedInstance,
} from './types.js';
import { containsUid } from './uidScan.js';

const emptyPreamble = Buffer.alloc(128);
const pixelTags: readonly Tag[] = [tags.PixelData, tags.FloatPixelData, tags.DoubleFloatPixelData];

/** What an object is checked against. */
export interface Expectation {
  readonly original: DicomObject;
  /** Every UID of the original that had to be replaced. */
  readonly originalUids: ReadonlySet<string>;
  /** The (inflated) source in which the ranges of the object count. */
  readonly content: ByteSource;
  readonly identity: TargetIdentity;
  readonly version: string;
  /** What scripts wrote and may stand where the profile would have removed it. */
  readonly written?: ScriptWritten;
  /** What scripts blacked out of the pixel data. */
  readonly fills?: readonly PixelFill[];
}

/**
 * Reads the bytes that are about to be sent again and looks for what must not be there; only here an object becomes a
 * `VerifiedInstance`. Checked: it parses to its last byte; preamble, file meta and marks; name and ID as asked; at any
 * depth no private, unknown or removed attribute and nothing that had to be emptied or replaced, but for values that a
 * script built from nothing of the object; no original UID and none of the patient's own values in any value, those of
 * scripts included; pixels at the same place of the source, but for what a script blacked out. A doubt holds the object.
 */
export function verifyInstance(instance: DeidentifiedInstance, expected: Expectation): DeidentifyOutcome {
  const doubt = findDoubt(instance, expected);
  if (doubt !== undefined) return held(doubt);
  return { status: 'verified', instance: instance as VerifiedInstance };
}

function held(doubt: string): Refusal {
  return {
    status: 'held',
    code: 'VERIFICATION_FAILED',
    reason: `The check before sending failed: ${doubt}.`,
  };
}

function findDoubt(instance: DeidentifiedInstance, expected: Expectation): string | undefined {
  const { original, originalUids, content, written = ScriptWritten.nothing } = expected;
  const bytes = segmentSource(instance.segments, content);
  if (bytes.size !== instance.size) return 'the size is not what was announced';
  const made = readDicom(bytes);
  if (made.trailingBytes > 0) return 'there are bytes behind the data set';
  if (!bytes.read(0, 128).equals(emptyPreamble)) return 'the preamble is not empty';
  return (
    metaDoubt(made, instance, originalUids) ??
    markDoubt(made) ??
    pixelDoubt(made, bytes, instance, expected) ??
    new ContentCheck(original, originalUids, textsOfOurs(expected), bytes, written).doubt(made)
  );
}

const allowedMeta: ReadonlySet<Tag> = new Set([0x00020000, 0x00020001, 0x00020002, 0x00020003, 0x00020010, 0x00020012, 0x00020013]); // prettier-ignore

function metaDoubt(
  made: DicomObject,
  instance: DeidentifiedInstance,
  originalUids: ReadonlySet<string>,
): string | undefined {
  const extra = made.fileMeta.find(({ tag }) => !allowedMeta.has(tag));
  if (extra) return `file meta holds ${formatTag(extra.tag)}`;
  if (made.fileMeta.some(({ value }) => value && containsUid(value, originalUids)))
    return 'file meta holds an original UID';
  const is = (tag: Tag, expected: string): boolean => firstText(made.fileMeta, tag) === expected;
  const right =
    is(tags.MediaStorageSOPInstanceUID, instance.sopInstanceUid) &&
    is(tags.MediaStorageSOPClassUID, instance.sopClassUid) &&
    is(tags.TransferSyntaxUID, instance.transferSyntaxUid) &&
    firstText(made.elements, tags.SOPInstanceUID) === instance.sopInstanceUid;
  return right ? undefined : 'file meta does not fit the object';
}

/** Texts that the program writes itself, as they must stand in the object. */
function textsOfOurs({
  identity,
  version,
  written = ScriptWritten.nothing,
}: Expectation): ReadonlyMap<Tag, string> {
  return new Map<Tag, string>([
    ...identityTexts(identity, written),
    [tags.PatientIdentityRemoved, 'YES'],
    [tags.DeidentificationMethod, methodTexts(version).join('\\')],
    [tags.LongitudinalTemporalInformationModified, longitudinalMark(written)],
  ]);
}

/** Marks that must be there; what they say is compared with the other texts of ours. */
function markDoubt({ elements }: DicomObject): string | undefined {
  const needed: readonly Tag[] = [
    tags.PatientName,
    tags.PatientID,
    tags.PatientIdentityRemoved,
    tags.DeidentificationMethod,
    tags.LongitudinalTemporalInformationModified,
  ];
  const missing = needed.find((tag) => !findElement(elements, tag));
  if (missing !== undefined) return `${formatTag(missing)} is missing`;
  const codes = findElement(elements, tags.DeidentificationMethodCodeSequence)?.items?.length ?? 0;
  return codes > 0 ? undefined : 'the codes of the method are missing';
}

/**
 * Pixel bytes are copied, never made: the whole element is a range of the source, the one it was read from. Only where a
 * script blacked out parts of it, the bytes are compared.
 */
function pixelDoubt(
  made: DicomObject,
  bytes: ByteSource,
  { segments }: DeidentifiedInstance,
  { original, content, fills = [] }: Expectation,
): string | undefined {
  for (const tag of pixelTags) {
    const before = findElement(original.elements, tag)?.range;
    const after = lengthOf(findElement(made.elements, tag));
    if (before?.length !== after) return 'the pixel data has another length';
    if (before === undefined) continue;
    if (tag === tags.PixelData && fills.length > 0) {
      const filled = findElement(made.elements, tag)?.range;
      if (!filled || !isFilled(bytes, filled, content, before, fills)) {
        return 'the pixel data is not that of the source with the parts that a script blacked out';
      }
      continue;
    }
    const copied = segments.some(
      (segment) =>
        'range' in segment &&
        segment.range.offset <= before.offset &&
        segment.range.offset + segment.range.length >= before.offset + before.length,
    );
    if (!copied) return 'the pixel data is not that of the source';
  }
  return undefined;
}

function lengthOf(element: DataElement | undefined): number | undefined {
  return element && (element.range?.length ?? element.encoded?.length);
}
