import type { DataElement, DataItem, Tag } from '../../dicom/dataSet.js';
import { findElement, firstText, textElement, textValues, withItems } from '../../dicom/elements.js';
import { tags } from '../../dicom/tags.js';
import { removedWord } from '../dummies.js';

const conceptName: Tag = 0x0040a043;
const valueType: Tag = 0x0040a040;
const dateTime: Tag = 0x0040a120;
const date: Tag = 0x0040a121;
const textValue: Tag = 0x0040a160;
const measuredValue: Tag = 0x0040a300;
const numericValue: Tag = 0x0040a30a;

/** Attributes of a content item of any value type (PS3.3 C.17.3, 10.2 and C.18). */
const partsOfItem: ReadonlySet<Tag> = new Set<Tag>([
  tags.SpecificCharacterSet,
  0x00081199, // Referenced SOP Sequence: COMPOSITE, IMAGE, WAVEFORM
  0x004008ea, // Measurement Units Code Sequence
  0x0040a010, // Relationship Type
  0x0040a032, // Observation DateTime
  0x0040a033, // Observation Start DateTime
  valueType,
  conceptName,
  0x0040a050, // Continuity Of Content
  dateTime,
  date,
  0x0040a122, // Time
  0x0040a123, // Person Name
  0x0040a124, // UID
  0x0040a130, // Temporal Range Type
  0x0040a132, // Referenced Sample Positions
  0x0040a136, // Referenced Frame Numbers
  0x0040a138, // Referenced Time Offsets
  0x0040a13a, // Referenced DateTime
  textValue,
  0x0040a161, // Floating Point Value
  0x0040a162, // Rational Numerator Value
  0x0040a163, // Rational Denominator Value
  0x0040a168, // Concept Code Sequence
  0x0040a170, // Purpose of Reference Code Sequence
  0x0040a171, // Observation UID
  measuredValue,
  0x0040a301, // Numeric Value Qualifier Code Sequence
  numericValue,
  0x0040a504, // Content Template Sequence
  tags.ContentSequence,
  0x0040a801, // Tabulated Values Sequence
  0x0040db73, // Referenced Content Item Identifier
  0x00480301, // Pixel Origin Interpretation
  0x00700022, // Graphic Data
  0x00700023, // Graphic Type
  0x0070031a, // Fiducial UID
  0x30060024, // Referenced Frame of Reference UID
]);

/** Numbers that say who the patient is (PS3.16 TID 1007 and TID 3602): age, weight, height, body mass index. */
const characteristics: ReadonlySet<string> = new Set([
  '121033', '30525-0', '29553-5', '397669002', '424144002', '29463-7', '27113001', '8302-2', '50373000', '39156-5', '60621009',
]); // prettier-ignore
const ages: ReadonlySet<string> = new Set(['121033', '30525-0', '29553-5', '397669002', '424144002']);
/** Subject Birth Date and its siblings (PS3.16 TID 1007, LOINC, SNOMED CT): a moved one would still tell the age. */
const birthDates: ReadonlySet<string> = new Set(['121031', '21112-8', '184099003']);

/** Above it the age itself identifies (deidentification under HIPAA 164.514(b)(2)(i)(C)). */
const oldestShown = 89;

/**
 * Clean Structured Content (PS3.15 E.3.4) for a Content Sequence and for the sequences of content items outside reports: the
 * tree stays, and in its items only what the standard puts there. Texts, names, dates and UIDs in them are replaced by the
 * profile, which decides by tag; codes, numbers, coordinates and references are kept.
 * @param keepCharacteristics whether age, weight and height may stay; an age above 89 never does.
 */
export function cleanStructuredContent(sequence: DataElement, keepCharacteristics: boolean): DataElement {
  const { items } = sequence;
  if (!items) return sequence;
  const cleaned = items.map((item) => cleanItem(item, keepCharacteristics));
  return cleaned.every((item, at) => item === items[at]) ? sequence : withItems(sequence, cleaned);
}

function cleanItem(item: DataItem, keepCharacteristics: boolean): DataItem {
  const hidden = hidesNumber(item.elements, keepCharacteristics);
  const source = birthDates.has(conceptOf(item.elements)) ? asText(item.elements) : item.elements;
  const elements = source.flatMap((element): readonly DataElement[] => {
    if (!partsOfItem.has(element.tag)) return [];
    if (hidden && element.tag === numericValue) return [];
    // Type 2: a number without value is a valid content item (PS3.3 C.18.1).
    if (hidden && element.tag === measuredValue) return [withItems(element, [])];
    if (element.tag === tags.ContentSequence) return [cleanStructuredContent(element, keepCharacteristics)];
    return [element];
  });
  const same = elements.length === item.elements.length && elements.every((e, at) => e === item.elements[at]);
  return same ? item : { ...item, elements };
}

function hidesNumber(elements: readonly DataElement[], keepCharacteristics: boolean): boolean {
  const concept = conceptOf(elements);
  if (!characteristics.has(concept)) return false;
  return !keepCharacteristics || (ages.has(concept) && numberOf(elements) > oldestShown);
}

function conceptOf(elements: readonly DataElement[]): string {
  return firstText(findElement(elements, conceptName)?.items?.[0]?.elements ?? [], tags.CodeValue) ?? '';
}

/** The item with a text in the place of its date: valid below any container, and replaced like all texts. */
function asText(elements: readonly DataElement[]): readonly DataElement[] {
  const type = findElement(elements, valueType);
  if (!type || !/^DATE/.test(textValues(type)[0] ?? '')) return elements;
  // Texts look the same in both byte orders.
  const encoding = { explicitVr: type.storedVr !== undefined, bigEndian: false };
  const others = elements.filter(
    ({ tag }) => tag !== valueType && tag !== date && tag !== dateTime && tag !== textValue,
  );
  const text = [
    textElement(valueType, 'CS', 'TEXT', encoding),
    textElement(textValue, 'UT', removedWord, encoding),
  ];
  return [...others, ...text].sort((a, b) => a.tag - b.tag);
}

function numberOf(elements: readonly DataElement[]): number {
  const inside = findElement(elements, measuredValue)?.items?.[0]?.elements ?? [];
  return Number(firstText(inside, numericValue) ?? firstText(elements, numericValue) ?? 0);
}
