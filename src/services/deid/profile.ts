import type { DataElement, DataItem, DicomObject, Encoding } from '../dicom/dataSet.js';
import { lookUp } from '../dicom/dictionary.js';
import { bytesElement, emptyElement, firstText, textElement, textValues, withItems } from '../dicom/elements.js'; // prettier-ignore
import { isGroupLength, tags } from '../dicom/tags.js';
import { implicitLittleEndian } from '../dicom/transferSyntaxes.js';
import type { Vr } from '../dicom/vr.js';
import { dummyDocument, dummyElement } from './dummies.js';
import { holdsInstanceUids } from './originalUids.js';
import { decide } from './rules.js';
import { ScriptWritten } from './scriptWritten.js';
import type { Place } from './table.js';
import type { DeidentificationCounts } from './types.js';
import type { UidMapper } from './uidMap.js';

type MutableCounts = { -readonly [K in keyof DeidentificationCounts]: DeidentificationCounts[K] };

export interface ProfileResult {
  readonly elements: readonly DataElement[];
  readonly counts: DeidentificationCounts;
}

/**
 * Basic Application Level Confidentiality Profile (PS3.15 E.1, Table E.1-1) on every element at every depth. What is
 * decided: private elements and elements unknown to the dictionary go; table rows get their action; every other
 * instance UID is replaced by value, also where it stands alone as a text; the rest stays byte by byte.
 * @param originalUids every UID of the object that the mapper replaces.
 * @param written what scripts wrote and may stay as it is.
 */
export function applyBasicProfile(
  object: DicomObject,
  mapper: UidMapper,
  originalUids: ReadonlySet<string>,
  written = ScriptWritten.nothing,
): ProfileResult {
  const run = new BasicProfile(object, mapper, originalUids, written);
  const place = { sopClassUid: firstText(object.elements, tags.SOPClassUID) ?? '', parent: undefined };
  return { elements: run.dataSet(object.elements, object.encoding, place), counts: run.counts };
}

class BasicProfile {
  readonly counts: MutableCounts = {
    removed: 0,
    emptied: 0,
    replaced: 0,
    uidsReplaced: 0,
    privateRemoved: 0,
    unknownRemoved: 0,
    contentReplaced: false,
  };

  constructor(
    private readonly object: DicomObject,
    private readonly mapper: UidMapper,
    private readonly originalUids: ReadonlySet<string>,
    private readonly written: ScriptWritten,
  ) {}

  dataSet(elements: readonly DataElement[], encoding: Encoding, place: Place): readonly DataElement[] {
    const kept: DataElement[] = [];
    for (const element of elements) {
      const result = isGroupLength(element.tag) ? undefined : this.element(element, encoding, place);
      if (result) kept.push(result);
    }
    return kept;
  }

  private element(element: DataElement, encoding: Encoding, place: Place): DataElement | undefined {
    if (this.written.has(element)) return element;
    const { tag } = element;
    const { vr } = lookUp(tag);
    switch (decide(element, place)) {
      case 'private':
        this.counts.privateRemoved++;
        return undefined;
      case 'unknown':
        this.counts.unknownRemoved++;
        return undefined;
      case 'X':
        this.counts.removed++;
        return undefined;
      case 'Z':
        this.counts.emptied++;
        return emptyElement(tag, vr, encoding);
      case 'D':
        this.counts.replaced++;
        return this.dummy(element, vr, encoding);
      case 'U':
      case 'U*':
      case 'keep':
        return this.keep(element, encoding, place);
    }
  }

  private keep(element: DataElement, encoding: Encoding, place: Place): DataElement {
    if (element.items) return this.sequence(element, element.items, encoding, place);
    if (holdsInstanceUids(element)) return this.mapUids(element, encoding);
    return freeText.has(element.vr) ? this.mapUidsInText(element, encoding) : element;
  }

  private sequence(
    element: DataElement,
    items: readonly DataItem[],
    encoding: Encoding,
    { sopClassUid }: Place,
  ): DataElement {
    // Inside a sequence stored as UN the encoding is implicit VR little endian (PS3.5 6.2.2).
    const inner = element.storedVr === 'UN' ? implicitLittleEndian : encoding;
    const place = { sopClassUid, parent: element.tag };
    const cleaned = items.map((item) => {
      const elements = this.dataSet(item.elements, inner, place);
      const same =
        elements.length === item.elements.length && elements.every((e, i) => e === item.elements[i]);
      return same ? item : { ...item, elements };
    });
    return cleaned.every((item, index) => item === items[index]) ? element : withItems(element, cleaned);
  }

  private mapUids(element: DataElement, encoding: Encoding): DataElement {
    const values = textValues(element);
    const mapped = values.map((uid) => this.mapper.map(uid));
    if (mapped.every((uid, index) => uid === values[index])) return element;
    this.counts.uidsReplaced++;
    return textElement(element.tag, 'UI', mapped, encoding);
  }

  /** Some writers repeat a UID in a text, as a label or as an identifier. */
  private mapUidsInText(element: DataElement, encoding: Encoding): DataElement {
    const { value } = element;
    if (!value || value.length < shortestUid || !startsLikeUid(value)) return element;
    // Byte by byte, so that what stands beside a UID stays as it is in any character set.
    const parts = value.toString('latin1').split('\\');
    const mapped = parts.map((part) => {
      const uid = part.replace(/^ +|[\0 ]+$/g, '');
      return this.originalUids.has(uid) ? this.mapper.map(uid) : part;
    });
    if (mapped.every((part, index) => part === parts[index])) return element;
    this.counts.uidsReplaced++;
    return textElement(element.tag, element.vr, mapped, encoding, 'latin1');
  }

  private dummy(element: DataElement, vr: Vr, encoding: Encoding): DataElement {
    const { tag } = element;
    if (vr === 'UI') return this.mapUids(element, encoding);
    if (tag === tags.EncapsulatedDocument) {
      this.counts.contentReplaced = true;
      const documentType = firstText(this.object.elements, 0x00420012) ?? '';
      return bytesElement(tag, 'OB', dummyDocument(documentType), encoding);
    }
    if (tag === tags.ContentSequence) this.counts.contentReplaced = true;
    return dummyElement(tag, vr, encoding, this.object.elements);
  }
}

/** VRs of texts that people and programs make up; the others have a form that no UID fits. */
const freeText: ReadonlySet<Vr> = new Set<Vr>(['LO', 'LT', 'SH', 'ST', 'UC', 'UT']);

/** "1.2.3": shorter ones name nothing. */
const shortestUid = 5;

function startsLikeUid(value: Buffer): boolean {
  const first = value[0] ?? 0;
  return first >= 0x30 && first <= 0x32;
}
