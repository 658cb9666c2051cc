import type { CharacterSets } from '../dicom/charsets.js';
import type { DataElement, DataItem, DicomObject, Encoding } from '../dicom/dataSet.js';
import { lookUp } from '../dicom/dictionary.js';
import { bytesElement, characterSets, emptyElement, firstText, textElement, textValues, withItems } from '../dicom/elements.js'; // prettier-ignore
import { isGroupLength, tags } from '../dicom/tags.js';
import { implicitLittleEndian } from '../dicom/transferSyntaxes.js';
import type { Vr } from '../dicom/vr.js';
import { cappedAge } from './ages.js';
import { cleanText } from './clean/cleanText.js';
import { cleanGraphics } from './clean/graphics.js';
import { cleanStructuredContent } from './clean/structuredContent.js';
import { noCounts } from './counts.js';
import { shiftedValues } from './dates.js';
import { dummyDocument, dummyElement } from './dummies.js';
import { KnownValues } from './knownValues.js';
import { holdsInstanceUids } from './originalUids.js';
import type { SafeTags } from './privateBlocks.js';
import type { Rules } from './rules.js';
import type { ScriptWritten } from './scriptWritten.js';
import { tableAction, topLevelOf, type Place } from './table.js';
import type { DeidentificationCounts } from './types.js';
import type { UidMapper } from './uidMap.js';

type MutableCounts = { -readonly [K in keyof DeidentificationCounts]: DeidentificationCounts[K] };

export interface ProfileResult {
  readonly elements: readonly DataElement[];
  readonly counts: DeidentificationCounts;
}

/** What a profile needs to know of the object's patient and study. */
export interface ProfileContext {
  readonly rules: Rules;
  /** Leaves UIDs alone that an option keeps. */
  readonly mapper: UidMapper;
  /** Every UID of the object that the mapper replaces. */
  readonly originalUids: ReadonlySet<string>;
  /** Days to move dates by; 0 for profiles that move none. */
  readonly dateOffsetDays: number;
  /** What scripts wrote and may stay as it is. */
  readonly written?: ScriptWritten;
}

/**
 * Basic Application Level Confidentiality Profile with its options (PS3.15 E.1 to E.3, Table E.1-1) on every element at
 * every depth. What is decided (rules.ts): private elements that nobody knows to be safe and elements unknown to the
 * dictionary go; table rows get their action or what an option says; every other instance UID is replaced by value, also
 * where it stands alone as a text; the rest stays byte by byte.
 */
export function applyProfile(object: DicomObject, context: ProfileContext): ProfileResult {
  const run = new ProfileRun(object, context);
  const place = topLevelOf(object.elements);
  const level = { place, encoding: object.encoding, sets: [] };
  return { elements: run.dataSet(object.elements, level), counts: run.counts };
}

/** Where one level of the data set stands and how it is encoded; `sets` of the level above when it says nothing itself. */
interface Level {
  readonly place: Place;
  readonly encoding: Encoding;
  readonly sets: CharacterSets;
}

class ProfileRun {
  readonly counts: MutableCounts = { ...noCounts, contentReplaced: false };

  private known: KnownValues | undefined;

  constructor(
    private readonly object: DicomObject,
    private readonly context: ProfileContext,
  ) {}

  dataSet(elements: readonly DataElement[], above: Level): readonly DataElement[] {
    const level = { ...above, sets: characterSets(elements, above.sets) };
    const safe = this.context.rules.safeTags(elements);
    const kept: DataElement[] = [];
    for (const element of elements) {
      const result = isGroupLength(element.tag) ? undefined : this.element(element, level, safe);
      if (result) kept.push(result);
    }
    return kept;
  }

  private element(element: DataElement, level: Level, safe: SafeTags): DataElement | undefined {
    if (this.context.written?.has(element)) return element;
    const { tag } = element;
    const { place, encoding } = level;
    const { vr } = lookUp(tag);
    switch (this.context.rules.decide(element, place, safe)) {
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
      case 'shift':
        return this.shift(element, vr === 'DT' ? 'DT' : 'DA', encoding);
      case 'age':
        return this.capAge(element, encoding);
      case 'safe':
      case 'creator':
        this.counts.privateKept++;
        return element;
      case 'content':
        return this.content(element, level);
      case 'graphics': {
        const cleaned = cleanGraphics(element);
        if (cleaned === undefined) this.counts.removed++;
        return cleaned && this.keep(cleaned, level);
      }
      case 'text':
        return this.text(element, level);
      case 'U':
      case 'U*':
      case 'date':
      case 'keep':
        return this.keep(element, level);
    }
  }

  private shift(element: DataElement, vr: 'DA' | 'DT', encoding: Encoding): DataElement {
    const moved = shiftedValues(element, vr, this.context.dateOffsetDays) ?? [];
    if (moved.every((text) => text === '')) return element;
    this.counts.datesShifted++;
    return textElement(element.tag, vr, moved, encoding);
  }

  private capAge(element: DataElement, encoding: Encoding): DataElement {
    const ages = textValues(element);
    const told = ages.map((age) => cappedAge(age) ?? '');
    if (told.every((age, index) => age === ages[index])) return element;
    this.counts.replaced++;
    return textElement(element.tag, 'AS', told, encoding);
  }

  /** The tree is cleaned from its root; below it `keep` leads to its branches once more. */
  private content(element: DataElement, level: Level): DataElement {
    if (level.place.parent === element.tag) return this.keep(element, level);
    const characteristics = this.context.rules.has('retainPatientCharacteristics');
    return this.keep(cleanStructuredContent(element, characteristics), level);
  }

  /** A text that may be missing loses what is known of the patient; one that may not gets a dummy instead of nothing. */
  private text(element: DataElement, { place, encoding, sets }: Level): DataElement {
    const mapped = this.mapUidsInText(element, encoding);
    this.known ??= new KnownValues(this.object.elements, { uids: this.context.originalUids });
    const { element: cleaned, blanked } = cleanText(mapped, this.known, sets, encoding);
    this.counts.blanked += blanked;
    const emptied = blanked > 0 && textValues(cleaned, sets).every((text) => text === '');
    if (!emptied || tableAction(element.tag, place) !== 'D') return cleaned;
    return dummyElement(element.tag, lookUp(element.tag).vr, encoding);
  }

  private keep(element: DataElement, level: Level): DataElement {
    const { encoding } = level;
    if (element.items) return this.sequence(element, element.items, level);
    if (holdsInstanceUids(element)) return this.mapUids(element, encoding);
    return freeText.has(element.vr) ? this.mapUidsInText(element, encoding) : element;
  }

  private sequence(
    element: DataElement,
    items: readonly DataItem[],
    { place: { sopClassUid }, encoding, sets }: Level,
  ): DataElement {
    // Inside a sequence stored as UN the encoding is implicit VR little endian (PS3.5 6.2.2).
    const inner = element.storedVr === 'UN' ? implicitLittleEndian : encoding;
    const level = { place: { sopClassUid, parent: element.tag }, encoding: inner, sets };
    const cleaned = items.map((item) => {
      const elements = this.dataSet(item.elements, level);
      const same =
        elements.length === item.elements.length && elements.every((e, i) => e === item.elements[i]);
      return same ? item : { ...item, elements };
    });
    return cleaned.every((item, index) => item === items[index]) ? element : withItems(element, cleaned);
  }

  private mapUids(element: DataElement, encoding: Encoding): DataElement {
    const values = textValues(element);
    const mapped = values.map((uid) => this.context.mapper.map(uid));
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
      return this.context.originalUids.has(uid) ? this.context.mapper.map(uid) : part;
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
