import type { DataElement, Tag } from '../../dicom/dataSet.js';
import { textValues } from '../../dicom/elements.js';
import { isGroupLength, tags } from '../../dicom/tags.js';
import { isUid } from '../../dicom/uids.js';
import type { SafeTags } from '../privateBlocks.js';
import type { Decision, Rules } from '../rules.js';
import { tableAction, type Action, type Place } from '../table.js';
import type { RowState, Rule } from './types.js';

/** Written at the top level of every object: who it becomes (services/deid/stamp.ts). */
const identityTags: ReadonlySet<Tag> = new Set<Tag>([
  tags.PatientName,
  tags.PatientID,
  tags.StudyDescription,
]);
/** Written at the top level of every object: that it was de-identified, and how. */
const markTags: ReadonlySet<Tag> = new Set<Tag>([
  tags.PatientIdentityRemoved,
  tags.DeidentificationMethod,
  tags.DeidentificationMethodCodeSequence,
  tags.LongitudinalTemporalInformationModified,
]);

/** Where an attribute stood: what has to be known to decide about it. */
export interface Spot {
  readonly place: Place;
  /** Private elements of its level that may stay. */
  readonly safe: SafeTags;
}

/** Tells what became of attributes and why, by the rules that the profile follows. */
export class Judge {
  constructor(private readonly rules: Rules) {}

  /** What `Spot.safe` is for a level of the original. */
  safeTags(elements: readonly DataElement[]): SafeTags {
    return this.rules.safeTags(elements);
  }

  /** What became of an attribute. @param isMade false: nothing was made to compare with, the rules alone are known. */
  stateOf(
    before: DataElement | undefined,
    after: DataElement | undefined,
    spot: Spot,
    isMade: boolean,
  ): RowState {
    if (!before) return 'added';
    if (after) return this.changeOf(before, after, spot);
    return isMade ? 'removed' : this.plannedState(before, spot);
  }

  /** The rule behind the state of an attribute. */
  ruleOf(before: DataElement | undefined, after: DataElement | undefined, spot: Spot, state: RowState): Rule {
    const { place } = spot;
    const tag = (before ?? after)?.tag ?? 0;
    if (after && state !== 'kept' && place.parent === undefined) {
      if (identityTags.has(tag)) return { kind: 'identity' };
      if (markTags.has(tag)) return { kind: 'mark' };
    }
    if (!before) return { kind: 'option' };
    const decision = this.decisionFor(before, spot);
    switch (decision) {
      case 'format':
      case 'private':
      case 'unknown':
        return { kind: state === 'removed' ? decision : 'option' };
      case 'keep':
        if (state === 'kept') return { kind: 'none' };
        return { kind: state === 'uidReplaced' ? 'uid' : 'option' };
      case 'U':
        // Registered UIDs stay.
        if (state === 'kept') return { kind: 'none' };
        break;
      case 'X':
      case 'Z':
      case 'D':
      case 'U*':
        break;
      default:
        return { kind: 'option' };
    }
    if (!isDoneBy(decision, before, state)) return { kind: 'option' };
    return { kind: tableAction(tag, place) === undefined ? 'beyond' : 'table', action: decision };
  }

  private changeOf(before: DataElement, after: DataElement, spot: Spot): RowState {
    if (before.items && after.items) {
      if (this.decisionFor(before, spot) === 'D' || isWritten(before.tag, spot.place)) return 'replaced';
      return after.items.length === 0 && before.items.length > 0 ? 'emptied' : 'kept';
    }
    if (sameValue(before, after)) return 'kept';
    if (isEmpty(after)) return 'emptied';
    return uidsReplaced(before, after) ? 'uidReplaced' : 'replaced';
  }

  /** What the rules do to an object that nothing is made of. */
  private plannedState(before: DataElement, spot: Spot): RowState {
    if (isWritten(before.tag, spot.place)) return 'replaced';
    switch (this.decisionFor(before, spot)) {
      case 'private':
      case 'unknown':
      case 'format':
      case 'X':
        return 'removed';
      case 'Z':
        return 'emptied';
      case 'D':
      case 'shift':
        return 'replaced';
      case 'U':
        return 'uidReplaced';
      case 'U*':
      case 'keep':
      case 'date':
      case 'age':
      case 'text':
      case 'content':
      case 'graphics':
      case 'safe':
      case 'creator':
        return 'kept';
    }
  }

  private decisionFor(element: DataElement, { place, safe }: Spot): Decision | 'format' {
    return isGroupLength(element.tag) ? 'format' : this.rules.decide(element, place, safe);
  }
}

/** Whether an action does what came of the attribute; else something stronger than the table decided. */
function isDoneBy(action: Action, before: DataElement, state: RowState): boolean {
  switch (action) {
    case 'X':
      return state === 'removed';
    case 'Z':
      // An empty value that had to be emptied is the same as before.
      return state === 'emptied' || (state === 'kept' && isEmpty(before));
    case 'D':
    case 'U':
      return state === 'replaced' || state === 'uidReplaced';
    case 'U*':
      return state === 'kept' || state === 'uidReplaced';
  }
}

function isWritten(tag: Tag, { parent }: Place): boolean {
  return parent === undefined && (markTags.has(tag) || tag === tags.PatientName || tag === tags.PatientID);
}

function isEmpty({ value, items, range }: DataElement): boolean {
  return range === undefined && (value?.length ?? 0) === 0 && (items?.length ?? 0) === 0;
}

/** Values that stay in the source are copied from it, as verification made sure: equal lengths say enough here. */
function sameValue(before: DataElement, after: DataElement): boolean {
  if (before.range || after.range) return before.range?.length === after.range?.length;
  if (!before.value || !after.value) return isEmpty(before) && isEmpty(after);
  return before.value.equals(after.value);
}

/** Whether all that changed are UIDs, in an attribute for UIDs or repeated in a text. */
function uidsReplaced(before: DataElement, after: DataElement): boolean {
  const old = textValues(before);
  const changed = textValues(after).filter((value, index) => value !== old[index]);
  return changed.length > 0 && changed.every(isUid);
}
