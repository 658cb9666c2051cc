import type { ByteSource } from '../dicom/byteSource.js';
import type { CharacterSets } from '../dicom/charsets.js';
import type { DataElement, DicomObject, Tag } from '../dicom/dataSet.js';
import { lookUp } from '../dicom/dictionary.js';
import { characterSets, findElement, firstText, isText, textValues } from '../dicom/elements.js';
import { readDicom } from '../dicom/part10Reader.js';
import { segmentSource } from '../dicom/segmentSource.js';
import { formatTag, isPrivate, tags } from '../dicom/tags.js';
import type { Vr } from '../dicom/vr.js';
import { containsKnownValue, knownValues } from './knownValues.js';
import { isOpaqueSequence } from './profile.js';
import { basicAction } from './table.js';
import type {
  DeidentifiedInstance,
  DeidentifyOutcome,
  Refusal,
  TargetIdentity,
  VerifiedInstance,
} from './types.js';
import type { UidMapper } from './uidMap.js';

/** VRs in which people write: searched for the patient's known values. Numbers, codes and UIDs would hit by chance. */
const written: ReadonlySet<Vr> = new Set<Vr>(['AE', 'LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UN', 'UR', 'UT']);

const pixelTags: readonly Tag[] = [tags.PixelData, tags.FloatPixelData, tags.DoubleFloatPixelData];

/**
 * Reads the bytes that are about to be sent again and looks for what must not be there; only here an object becomes a
 * `VerifiedInstance`. Checked: it parses to its last byte; file meta and marks; name and ID as asked; no private, unknown
 * or removed attribute at any depth; no original instance UID; none of the patient's own values in any text; pixels the
 * same length at the same place of the source. A doubt holds the object.
 * @param content the (inflated) source in which the ranges of the object count.
 */
export function verifyInstance(
  instance: DeidentifiedInstance,
  original: DicomObject,
  content: ByteSource,
  identity: TargetIdentity,
  mapper: UidMapper,
): DeidentifyOutcome {
  const doubt = findDoubt(instance, original, content, identity, mapper);
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

function findDoubt(
  instance: DeidentifiedInstance,
  original: DicomObject,
  content: ByteSource,
  identity: TargetIdentity,
  mapper: UidMapper,
): string | undefined {
  const bytes = segmentSource(instance.segments, content);
  if (bytes.size !== instance.size) return 'the size is not what was announced';
  const made = readDicom(bytes);
  if (made.trailingBytes > 0) return 'there are bytes behind the data set';
  return (
    metaDoubt(made, instance) ??
    markDoubt(made, identity) ??
    pixelDoubt(made, original) ??
    new ContentCheck(original, identity, mapper).doubt(made.elements)
  );
}

const allowedMeta: ReadonlySet<Tag> = new Set([0x00020000, 0x00020001, 0x00020002, 0x00020003, 0x00020010, 0x00020012, 0x00020013]); // prettier-ignore

function metaDoubt(made: DicomObject, instance: DeidentifiedInstance): string | undefined {
  const extra = made.fileMeta.find((element) => !allowedMeta.has(element.tag));
  if (extra) return `file meta holds ${formatTag(extra.tag)}`;
  const is = (tag: Tag, expected: string): boolean => firstText(made.fileMeta, tag) === expected;
  const right =
    is(tags.MediaStorageSOPInstanceUID, instance.sopInstanceUid) &&
    is(tags.MediaStorageSOPClassUID, instance.sopClassUid) &&
    is(tags.TransferSyntaxUID, instance.transferSyntaxUid) &&
    firstText(made.elements, tags.SOPInstanceUID) === instance.sopInstanceUid;
  return right ? undefined : 'file meta does not fit the object';
}

function markDoubt(made: DicomObject, identity: TargetIdentity): string | undefined {
  const { elements } = made;
  if (firstText(elements, tags.PatientName) !== identity.patientName)
    return "Patient's Name is not the new one";
  if (firstText(elements, tags.PatientID) !== identity.patientId) return 'Patient ID is not the new one';
  const marked =
    firstText(elements, tags.PatientIdentityRemoved) === 'YES' &&
    firstText(elements, tags.DeidentificationMethod) !== undefined &&
    (findElement(elements, tags.DeidentificationMethodCodeSequence)?.items?.length ?? 0) > 0 &&
    firstText(elements, tags.LongitudinalTemporalInformationModified) !== undefined;
  return marked ? undefined : 'the marks of de-identification are missing';
}

/** Pixel bytes are copied, never made: an element of the same length as in the source. */
function pixelDoubt(made: DicomObject, original: DicomObject): string | undefined {
  for (const tag of pixelTags) {
    const after = valueLength(findElement(made.elements, tag));
    if (after !== valueLength(findElement(original.elements, tag)))
      return 'the pixel data has another length';
  }
  return undefined;
}

function valueLength(element: DataElement | undefined): number | undefined {
  return element && (element.range?.length ?? element.encoded?.length);
}

/** What may not stand anywhere in the data set. */
class ContentCheck {
  private readonly originalUids = new Set<string>();
  private readonly known: readonly string[];

  constructor(
    original: DicomObject,
    private readonly identity: TargetIdentity,
    private readonly mapper: UidMapper,
  ) {
    this.collectUids(original.elements);
    this.known = knownValues(original.elements);
  }

  private collectUids(elements: readonly DataElement[]): void {
    for (const tag of [
      tags.SOPInstanceUID,
      tags.StudyInstanceUID,
      tags.SeriesInstanceUID,
      tags.FrameOfReferenceUID,
    ]) {
      const uid = firstText(elements, tag);
      if (uid !== undefined && this.mapper.map(uid) !== uid) this.originalUids.add(uid);
    }
  }

  doubt(elements: readonly DataElement[], inherited: CharacterSets = [], depth = 0): string | undefined {
    const sets = characterSets(elements, inherited);
    for (const element of elements) {
      const found = this.tagDoubt(element, depth) ?? this.valueDoubt(element, sets, depth);
      if (found !== undefined) return found;
      for (const item of element.items ?? []) {
        const below = this.doubt(item.elements, sets, depth + 1);
        if (below !== undefined) return below;
      }
    }
    return undefined;
  }

  private tagDoubt(element: DataElement, depth: number): string | undefined {
    const { tag } = element;
    const entry = lookUp(tag);
    if (isPrivate(tag)) return `a private element is left (${formatTag(tag)})`;
    if (!entry.known) return `an unknown element is left (${formatTag(tag)})`;
    if (isOpaqueSequence(element, entry.vr)) return `${formatTag(tag)} can't be read`;
    if (basicAction(tag) === 'X' && !this.isOurs(tag, depth)) return `${formatTag(tag)} is left`;
    return undefined;
  }

  private valueDoubt(element: DataElement, sets: CharacterSets, depth: number): string | undefined {
    const { tag, vr } = element;
    if (element.range && isText(vr)) return `${formatTag(tag)} is too long a text to be checked`;
    if (!element.value || element.value.length === 0) return undefined;
    if (vr === 'UI') {
      const original = textValues(element).some((uid) => this.originalUids.has(uid));
      return original ? `an original UID is left in ${formatTag(tag)}` : undefined;
    }
    if (!written.has(vr) || this.isOurs(tag, depth)) return undefined;
    const texts = textValues(element, sets);
    return texts.some((text) => containsKnownValue(text, this.known))
      ? `a value of the patient is left in ${formatTag(tag)}`
      : undefined;
  }

  /** Texts that the program itself wrote at the top level. */
  private isOurs(tag: Tag, depth: number): boolean {
    if (depth > 0) return false;
    return (
      tag === tags.PatientName ||
      tag === tags.PatientID ||
      tag === tags.DeidentificationMethod ||
      (tag === tags.StudyDescription && this.identity.studyDescription !== undefined)
    );
  }
}
