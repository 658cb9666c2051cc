import type { DataElement, Tag } from '../dicom/dataSet.js';
import { lookUp } from '../dicom/dictionary.js';
import { isText } from '../dicom/elements.js';
import { groupOf, isPrivate, tags } from '../dicom/tags.js';
import type { Vr } from '../dicom/vr.js';
import { actionBeyondTable } from './beyondTable.js';
import { tableAction, type Action, type Place } from './table.js';

/** What becomes of an element: an action of the profile, kept, or gone as private or as not understood. */
export type Decision = Action | 'keep' | 'private' | 'unknown';

/** Decides by tag and place, never by VR alone: a name stored as LO is still a name. */
export function decide(element: DataElement, place: Place): Decision {
  const { tag } = element;
  if (isPrivate(tag)) return 'private';
  const action = tableAction(tag, place);
  if (action === 'X' || action === 'Z' || action === 'D') return action;
  const { known, vr } = lookUp(tag);
  if (!known || groupOf(tag) < 8 || isOpaque(element, vr, place)) return 'unknown';
  return action ?? actionBeyondTable(element, vr) ?? 'keep';
}

const pixelTags: ReadonlySet<Tag> = new Set<Tag>([
  tags.PixelData,
  tags.FloatPixelData,
  tags.DoubleFloatPixelData,
]);

/** Pixels of the object itself, not of an icon in one of its sequences. */
export function isTopLevelPixels(tag: Tag, { parent }: Place): boolean {
  return parent === undefined && pixelTags.has(tag);
}

/** Values whose content can't be told, so that anything may hide in them. */
function isOpaque(element: DataElement, vr: Vr, place: Place): boolean {
  const { tag, items, range } = element;
  if (pixelTags.has(tag)) return place.parent !== undefined;
  if (vr === 'SQ') return !items && (range !== undefined || (element.value?.length ?? 0) > 0);
  // Only Pixel Data is encapsulated (PS3.5 A.4), only a sequence has items.
  if (items || element.undefinedLength === true) return true;
  if (range) return element.storedVr === 'UN';
  return !isStoredAsText(element) && beginsWithItem(element.value);
}

function isStoredAsText({ vr, storedVr }: DataElement): boolean {
  return vr === storedVr && isText(vr);
}

/** An item tag in either byte order: a sequence in disguise (PS3.5 6.2.2, value representation UN). */
function beginsWithItem(value: Buffer | undefined): boolean {
  if (value === undefined || value.length < 8) return false;
  const tag = value.readUInt32BE(0);
  return tag === 0xfeff00e0 || tag === 0xfffee000;
}
