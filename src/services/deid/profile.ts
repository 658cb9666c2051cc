import type { DataElement, DataItem, DicomObject, Encoding, Tag } from '../dicom/dataSet.js';
import { lookUp } from '../dicom/dictionary.js';
import {
  bytesElement,
  emptyElement,
  firstText,
  textElement,
  textValues,
  withItems,
} from '../dicom/elements.js';
import { isGroupLength, isPrivate, tags } from '../dicom/tags.js';
import { implicitLittleEndian } from '../dicom/transferSyntaxes.js';
import type { Vr } from '../dicom/vr.js';
import { dummyDocument, dummyElement } from './dummies.js';
import { basicAction } from './table.js';
import type { DeidentificationCounts } from './types.js';
import type { UidMapper } from './uidMap.js';

/** UIDs that name a class, a syntax or a coding scheme, not an instance: kept even when a vendor registered them. */
const classUids: ReadonlySet<Tag> = new Set([
  0x00020002, 0x00020010, 0x00020012, 0x00080016, 0x0008001a, 0x0008001b, 0x00080062, 0x0008010c, 0x00080117,
  0x00080118, 0x00081150, 0x0008115a, 0x00083002, 0x00041510, 0x00041512, 0x0004151a, 0x04000010, 0x00880906,
]); // prettier-ignore

type MutableCounts = { -readonly [K in keyof DeidentificationCounts]: DeidentificationCounts[K] };

export interface ProfileResult {
  readonly elements: readonly DataElement[];
  readonly counts: DeidentificationCounts;
}

/**
 * Basic Application Level Confidentiality Profile (PS3.15 E.1, Table E.1-1) on every element at every depth. What is
 * decided: private elements and elements unknown to the dictionary go; table rows get their action; every other
 * instance UID is replaced by value; the rest stays byte by byte. Decisions go by tag, never by VR alone.
 */
export function applyBasicProfile(object: DicomObject, mapper: UidMapper): ProfileResult {
  const run = new BasicProfile(mapper, firstText(object.elements, 0x00420012) ?? '');
  const elements = run.dataSet(object.elements, object.encoding);
  return { elements, counts: run.counts };
}

/** A sequence of the dictionary whose bytes could not be read as items may hold anything: gone like an unknown element. */
export function isOpaqueSequence(element: DataElement, vr: Vr): boolean {
  return vr === 'SQ' && !element.items && (element.range !== undefined || (element.value?.length ?? 0) > 0);
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
    private readonly mapper: UidMapper,
    private readonly documentType: string,
  ) {}

  dataSet(elements: readonly DataElement[], encoding: Encoding): readonly DataElement[] {
    const kept: DataElement[] = [];
    for (const element of elements) {
      const result = this.element(element, encoding);
      if (result) kept.push(result);
    }
    return kept;
  }

  private element(element: DataElement, encoding: Encoding): DataElement | undefined {
    const { tag } = element;
    if (isGroupLength(tag)) return undefined;
    if (isPrivate(tag)) {
      this.counts.privateRemoved++;
      return undefined;
    }
    const entry = lookUp(tag);
    const vr = entry.known ? entry.vr : element.vr;
    const action = basicAction(tag);
    if (action === undefined) {
      if (!entry.known || isOpaqueSequence(element, entry.vr)) {
        this.counts.unknownRemoved++;
        return undefined;
      }
      return this.keep(element, vr, encoding);
    }
    switch (action) {
      case 'X':
        this.counts.removed++;
        return undefined;
      case 'Z':
        this.counts.emptied++;
        return emptyElement(tag, vr, encoding);
      case 'D':
        return this.dummy(element, vr, encoding);
      case 'U':
        return vr === 'UI'
          ? this.mapUids(element, encoding)
          : isOpaqueSequence(element, vr)
            ? undefined
            : this.keep(element, vr, encoding);
      case 'U*':
        return isOpaqueSequence(element, vr) ? undefined : this.keep(element, vr, encoding);
    }
  }

  private keep(element: DataElement, vr: Vr, encoding: Encoding): DataElement {
    if (element.items) return this.sequence(element, element.items, encoding);
    const isUid = vr === 'UI' || element.storedVr === 'UI';
    return isUid && !classUids.has(element.tag) ? this.mapUids(element, encoding) : element;
  }

  private sequence(element: DataElement, items: readonly DataItem[], encoding: Encoding): DataElement {
    // Inside a sequence stored as UN the encoding is implicit VR little endian (PS3.5 6.2.2).
    const inner = element.storedVr === 'UN' ? implicitLittleEndian : encoding;
    const cleaned = items.map((item) => {
      const elements = this.dataSet(item.elements, inner);
      const same =
        elements.length === item.elements.length && elements.every((e, i) => e === item.elements[i]);
      return same ? item : { ...item, elements };
    });
    return cleaned.every((item, index) => item === items[index]) ? element : withItems(element, cleaned);
  }

  private mapUids(element: DataElement, encoding: Encoding): DataElement {
    const values = textValues(element);
    const mapped = values.map((uid) => this.mapper.map(uid.trim()));
    if (mapped.every((uid, index) => uid === values[index])) return element;
    this.counts.uidsReplaced++;
    return textElement(element.tag, 'UI', mapped, encoding);
  }

  private dummy(element: DataElement, vr: Vr, encoding: Encoding): DataElement {
    const { tag } = element;
    this.counts.replaced++;
    if (tag === tags.EncapsulatedDocument) {
      this.counts.contentReplaced = true;
      return bytesElement(tag, 'OB', dummyDocument(this.documentType), encoding);
    }
    if (tag === tags.ContentSequence) this.counts.contentReplaced = true;
    if (vr === 'UI')
      return textElement(
        tag,
        'UI',
        textValues(element).map((uid) => this.mapper.map(uid.trim())),
        encoding,
      );
    return dummyElement(tag, vr, encoding);
  }
}
