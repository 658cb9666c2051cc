import type { DataElement, Tag } from '../dicom/dataSet.js';
import { lookUp } from '../dicom/dictionary.js';
import { textValues } from '../dicom/elements.js';
import type { Rules } from './rules.js';
import type { UidMapper } from './uidMap.js';

/** UIDs that name a class, a syntax or a coding scheme, not an instance: kept even when a vendor registered them. */
const classUids: ReadonlySet<Tag> = new Set([
  0x00080016, 0x0008001a, 0x0008001b, 0x00080062, 0x0008010c, 0x00080117, 0x00080118, 0x0008040e,
  0x00081150, 0x0008115a, 0x00083002, 0x00340003, 0x04000010, 0x04000510, 0x30100052, 0x30100053,
]); // prettier-ignore

/** Whether an element holds UIDs that may name instances, by the dictionary or by the VR that was stored. */
export function holdsInstanceUids({ tag, storedVr, items }: DataElement): boolean {
  if (items || classUids.has(tag)) return false;
  return storedVr === 'UI' || lookUp(tag).vr === 'UI';
}

/**
 * Every UID of an object that the profile replaces, at any depth, private elements included: none of them may stand
 * anywhere in the result. One that stands under an attribute whose UIDs an option keeps is none of them.
 */
export function originalUids(
  elements: readonly DataElement[],
  mapper: UidMapper,
  rules: Rules,
): ReadonlySet<string> {
  const found = new Set<string>();
  const kept = new Set<string>();
  const collect = (level: readonly DataElement[]): void => {
    for (const element of level) {
      if (element.items) for (const item of element.items) collect(item.elements);
      else if (holdsInstanceUids(element)) {
        const to = rules.keepsUids(element.tag) ? kept : found;
        for (const uid of textValues(element)) if (mapper.map(uid) !== uid) to.add(uid);
      }
    }
  };
  collect(elements);
  for (const uid of kept) found.delete(uid);
  return found;
}
