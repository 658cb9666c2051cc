import type { DataElement, Tag } from '../dicom/dataSet.js';
import { lookUp } from '../dicom/dictionary.js';
import { isText, textValues } from '../dicom/elements.js';
import { groupOf, isPrivate, tags } from '../dicom/tags.js';
import type { Vr } from '../dicom/vr.js';
import { cappedAge } from './ages.js';
import { actionBeyondTable, isListedBeyondTable } from './beyondTable.js';
import { kindOf } from './clean/kinds.js';
import { isTemporal } from './dates.js';
import { isAsListed, safeTags, type SafeTags } from './privateBlocks.js';
import type { OptionCode, ProfileOption } from './profiles/options.js';
import type { Profile } from './profiles/profile.js';
import { rowAction, tableRow, type Action, type Place, type Row } from './table.js';

/**
 * What becomes of an element: an action of the Basic Profile; kept as it is; kept by an option as a date (`date`), moved
 * by the offset of the patient (`shift`), capped (`age`), searched (`text`), or cleaned by its own rules (`content`,
 * `graphics`); a private element that is known to be safe (`safe`, and `creator` for that of its block); gone as private or as not understood.
 */
export type Decision =
  | Action
  | 'keep'
  | 'date'
  | 'shift'
  | 'age'
  | 'text'
  | 'content'
  | 'graphics'
  | 'safe'
  | 'creator'
  | 'private'
  | 'unknown';

/** Timezone Offset From UTC: text that belongs to the times of its object. */
const timezone: Tag = 0x00080201;

/** Decides for one profile. By tag and place, never by VR alone: a name stored as LO is still a name. */
export class Rules {
  private readonly options: ReadonlySet<ProfileOption>;
  private readonly descriptors: ReadonlySet<Tag> | undefined;
  private readonly datesStay: boolean;

  constructor(private readonly profile: Profile) {
    this.options = new Set(profile.options);
    this.descriptors = profile.descriptors && new Set(profile.descriptors);
    this.datesStay = this.options.has('retainFullDates') || this.options.has('retainModifiedDates');
  }

  has(option: ProfileOption): boolean {
    return this.options.has(option);
  }

  /** Whether an option keeps the UIDs of an attribute as they are (action U otherwise). */
  keepsUids(tag: Tag): boolean {
    const row = tableRow(tag);
    // UIDs that the table forgets are replaced like the others, and so kept like them.
    if (!row) return this.has('retainUids');
    return row.options.some(([option, code]) => code === 'K' && this.options.has(option));
  }

  /** Private elements of a level that may stay: what `decide` has to know about the level. */
  safeTags(elements: readonly DataElement[]): SafeTags {
    return safeTags(elements, this.has('retainSafePrivate') ? this.profile.safePrivate : []);
  }

  decide(element: DataElement, place: Place, safe: SafeTags): Decision {
    const { tag } = element;
    if (isPrivate(tag)) return privateDecision(element, safe.get(tag));
    const { known, vr } = lookUp(tag);
    const row = tableRow(tag);
    const action = row && (this.byOption(element, row, vr) ?? rowAction(row, tag, place));
    if (action === 'X' || action === 'Z' || action === 'D') return action;
    if (!known || groupOf(tag) < 8 || isOpaque(element, vr, place)) return 'unknown';
    return action ?? this.beyondTable(element, vr) ?? 'keep';
  }

  /** What the options make of a row; undefined leaves it to the Basic Profile. */
  private byOption(element: DataElement, row: Row, vr: Vr): Decision | undefined {
    if (this.options.size === 0 || row.options.length === 0) return undefined;
    const code = this.codeOf(element.tag, row);
    if (code === undefined) return undefined;
    if (isTemporalVr(vr) || element.tag === timezone) return this.temporal(element, vr);
    if (row.options.some(([option]) => option === 'cleanStructuredContent')) return 'content';
    if (row.options.some(([option]) => option === 'cleanGraphics')) return 'graphics';
    if (vr === 'AS') return isLeaf(element) && textValues(element).every(isAge) ? 'age' : undefined;
    if (vr === 'SQ') return 'keep';
    // An option keeps a weight or a code; a sentence in the place of one it does not know.
    if (isDisguised(element)) return undefined;
    if (code === 'K') return vr === 'UI' ? 'U' : 'keep';
    // Bytes with a row of Clean Descriptors are dumps of a maker, and moments as bytes can't be moved.
    return isText(vr) ? 'text' : undefined;
  }

  /** Of several options the one that cleans is the careful one. */
  private codeOf(tag: Tag, { options }: Row): OptionCode | undefined {
    let code: OptionCode | undefined;
    for (const [option, said] of options) {
      if (!this.options.has(option)) continue;
      if (option === 'cleanDescriptors' && this.descriptors && !this.descriptors.has(tag)) continue;
      if (said === 'C') return 'C';
      code = said;
    }
    return code;
  }

  /** Dates that are none fall to the Basic Profile, whatever else an option says. */
  private temporal(element: DataElement, vr: Vr): Decision | undefined {
    if (!isLeaf(element) || !isTemporal(element, vr)) return undefined;
    return this.has('retainModifiedDates') && (vr === 'DA' || vr === 'DT') ? 'shift' : 'date';
  }

  private beyondTable(element: DataElement, vr: Vr): Decision | undefined {
    if (this.datesStay && isTemporalVr(vr) && !isListedBeyondTable(element.tag)) {
      return this.temporal(element, vr) ?? 'Z';
    }
    return actionBeyondTable(element, vr);
  }
}

function privateDecision(element: DataElement, safe: Vr | 'creator' | undefined): Decision {
  if (safe === undefined) return 'private';
  if (safe === 'creator') return 'creator';
  return isAsListed(element, safe) ? 'safe' : 'private';
}

function isLeaf({ value }: DataElement): boolean {
  return value !== undefined;
}

function isDisguised(element: DataElement): boolean {
  return element.value !== undefined && kindOf(element, element.value) === 'disguised';
}

function isTemporalVr(vr: Vr): boolean {
  return vr === 'DA' || vr === 'DT' || vr === 'TM';
}

function isAge(text: string): boolean {
  return text === '' || cappedAge(text) !== undefined;
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
