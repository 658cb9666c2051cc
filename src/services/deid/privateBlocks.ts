import type { DataElement, Tag } from '../dicom/dataSet.js';
import { textValues } from '../dicom/elements.js';
import { elementOf, groupOf, isPrivateCreator, tagOf } from '../dicom/tags.js';
import type { Vr } from '../dicom/vr.js';
import type { SafePrivateElement } from './profiles/profile.js';

/** Private elements of one level that may stay: the VR of each by its tag, and `creator` for the creators of their blocks. */
export type SafeTags = ReadonlyMap<Tag, Vr | 'creator'>;

const none: SafeTags = new Map();

/**
 * Finds the safe elements of one level: each by its creator, in whatever block that has reserved (PS3.5 7.8.1). A creator
 * is there only beside a safe element of its block. Two creators of one block make the block nobody's.
 */
export function safeTags(elements: readonly DataElement[], safe: readonly SafePrivateElement[]): SafeTags {
  if (safe.length === 0 || !elements.some(({ tag }) => isPrivateCreator(tag))) return none;
  const creators = new Map<Tag, string | undefined>();
  for (const element of elements) {
    if (!isPrivateCreator(element.tag)) continue;
    creators.set(element.tag, creators.has(element.tag) ? undefined : creatorOf(element));
  }
  const present = new Map(elements.map((element) => [element.tag, element]));
  const found = new Map<Tag, Vr | 'creator'>();
  for (const [creatorTag, creator] of creators) {
    for (const one of safe) {
      if (one.group !== groupOf(creatorTag) || one.creator.toUpperCase() !== creator) continue;
      const tag = tagOf(one.group, elementOf(creatorTag) * 0x100 + one.element);
      const element = present.get(tag);
      if (!element || !isAsListed(element, one.vr)) continue;
      found.set(tag, one.vr);
      found.set(creatorTag, 'creator');
    }
  }
  return found;
}

/** Writers differ in the case of a creator; a creator with several values is none. */
function creatorOf(element: DataElement): string | undefined {
  const values = textValues(element);
  return values.length === 1 ? values[0]?.toUpperCase() : undefined;
}

const widths: Partial<Record<Vr, number>> = { FD: 8, FL: 4, SL: 4, SS: 2, UL: 4, US: 2 };
const forms: Partial<Record<Vr, RegExp>> = {
  CS: /^[A-Z0-9_ \\\0]*$/i,
  DS: /^[\d+\-.eE \\\0]*$/,
  IS: /^[\d+\- \\\0]*$/,
};

/**
 * Whether a value is what its VR asks for, also where it was stored as UN: a number is a number, a code has no room for a
 * sentence. Anything else under a safe tag is not what the list knows.
 */
export function isAsListed({ storedVr, value, items, range }: DataElement, vr: Vr): boolean {
  if (items || range || !value || (storedVr !== undefined && storedVr !== 'UN' && storedVr !== vr))
    return false;
  const width = widths[vr];
  if (width !== undefined) return value.length % width === 0 && value.length <= longestNumbers;
  const form = forms[vr];
  return value.length <= longestText && (form === undefined || form.test(value.toString('latin1')));
}

/** Times of all slices of a mosaic are the longest list of numbers. */
const longestNumbers = 8 * 512;
const longestText = 256;
