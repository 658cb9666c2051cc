import type { DataElement, Tag } from '../../dicom/dataSet.js';
import { textValues } from '../../dicom/elements.js';
import { isGroupLength, tags } from '../../dicom/tags.js';
import { isUid } from '../../dicom/uids.js';
import { decide, type Decision } from '../rules.js';
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

/** What became of an attribute. @param isMade false: nothing was made to compare with, the rules alone are known. */
export function stateOf(
  before: DataElement | undefined,
  after: DataElement | undefined,
  place: Place,
  isMade: boolean,
): RowState {
  if (!before) return 'added';
  if (after) return changeOf(before, after, place);
  return isMade ? 'removed' : plannedState(before, place);
}

function changeOf(before: DataElement, after: DataElement, place: Place): RowState {
  if (before.items && after.items) {
    if (decisionFor(before, place) === 'D' || isWritten(before.tag, place)) return 'replaced';
    return after.items.length === 0 && before.items.length > 0 ? 'emptied' : 'kept';
  }
  if (sameValue(before, after)) return 'kept';
  if (isEmpty(after)) return 'emptied';
  return uidsReplaced(before, after) ? 'uidReplaced' : 'replaced';
}

/** What the rules do to an object that nothing is made of. */
function plannedState(before: DataElement, place: Place): RowState {
  if (isWritten(before.tag, place)) return 'replaced';
  switch (decisionFor(before, place)) {
    case 'private':
    case 'unknown':
    case 'format':
    case 'X':
      return 'removed';
    case 'Z':
      return 'emptied';
    case 'D':
      return 'replaced';
    case 'U':
      return 'uidReplaced';
    case 'U*':
    case 'keep':
      return 'kept';
  }
}

/** The rule behind the state of an attribute. */
export function ruleOf(
  before: DataElement | undefined,
  after: DataElement | undefined,
  place: Place,
  state: RowState,
): Rule {
  const tag = (before ?? after)?.tag ?? 0;
  if (after && state !== 'kept' && place.parent === undefined) {
    if (identityTags.has(tag)) return { kind: 'identity' };
    if (markTags.has(tag)) return { kind: 'mark' };
  }
  if (!before) return { kind: 'option' };
  const decision = decisionFor(before, place);
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
  }
  if (!isDoneBy(decision, before, state)) return { kind: 'option' };
  return { kind: tableAction(tag, place) === undefined ? 'beyond' : 'table', action: decision };
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

function decisionFor(element: DataElement, place: Place): Decision | 'format' {
  return isGroupLength(element.tag) ? 'format' : decide(element, place);
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
