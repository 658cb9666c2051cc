import type { DataElement, DataItem, Tag } from '../../dicom/dataSet.js';
import { withItems } from '../../dicom/elements.js';
import { elementOf, groupOf } from '../../dicom/tags.js';
import { isCurveOrOverlay } from '../table.js';

/** What an overlay is made of (PS3.3 C.9.2): planes, their places and types. Labels, descriptions and comments are texts. */
const overlayParts: ReadonlySet<number> = new Set([
  0x0010, 0x0011, 0x0015, 0x0040, 0x0045, 0x0050, 0x0051, 0x0100, 0x0102, 0x1001, 0x1301, 0x1302, 0x1303,
  0x3000,
]);

/** Texts of ticks (PS3.3 C.10.5.1.2.4), Type 3: numbers of a scale, or anything. */
const tickLabel: Tag = 0x00700289;

/**
 * Clean Graphics (PS3.15 E.3.3) for one kept element: geometry stays, what somebody wrote goes. Notes of annotations
 * (Unformatted Text Value) are replaced by the profile wherever they stand. Undefined: the element is removed.
 * @param element Graphic Annotation Sequence, or an element of an overlay group.
 */
export function cleanGraphics(element: DataElement): DataElement | undefined {
  const { tag } = element;
  // Curves are retired, and their data may be anything: a line of text, or a sound.
  if (isCurveOrOverlay(tag)) return isOverlay(tag) && overlayParts.has(elementOf(tag)) ? element : undefined;
  return withoutTickLabels(element);
}

function isOverlay(tag: Tag): boolean {
  return groupOf(tag) >>> 8 === 0x60;
}

function withoutTickLabels(element: DataElement): DataElement {
  const { items } = element;
  if (!items) return element;
  const cleaned = items.map((item): DataItem => {
    const elements = item.elements.filter(({ tag }) => tag !== tickLabel).map(withoutTickLabels);
    const same =
      elements.length === item.elements.length && elements.every((e, at) => e === item.elements[at]);
    return same ? item : { ...item, elements };
  });
  return cleaned.every((item, at) => item === items[at]) ? element : withItems(element, cleaned);
}
