import type { DicomObject } from '../dicom/dataSet.js';
import type { SeriesIdentity } from './clean/cleaned.js';
import { documentDoubt } from './documents.js';
import { originalUids } from './originalUids.js';
import type { ProfileContext } from './profile.js';
import { needsDateOffset, type Profile } from './profiles/profile.js';
import { Rules } from './rules.js';
import type { DeidentificationRequest, Refusal, TargetIdentity } from './types.js';
import { replacingOnly, type UidMapper } from './uidMap.js';

/** Everything that is decided about an object before it is changed. */
export interface Plan extends ProfileContext {
  readonly profile: Profile;
  readonly identity: TargetIdentity;
  /** What other objects of the series say about the patient. */
  readonly series?: SeriesIdentity;
}

const noOffset: Refusal = {
  status: 'failed',
  code: 'KEY_MISSING',
  reason: 'The profile moves dates, and there is no key to say by how much.',
};

/** What will be done with an object, or why nothing will: KEY_MISSING, or held for content that can't be cleaned. */
export function planFor(
  object: DicomObject,
  { profile, identity, series, dateOffsetDays: offset }: DeidentificationRequest,
  mapper: UidMapper,
): Plan | Refusal {
  const dateOffsetDays = needsDateOffset(profile) ? offset : 0;
  if (dateOffsetDays === undefined || (needsDateOffset(profile) && !isOffset(dateOffsetDays)))
    return noOffset;
  const rules = new Rules(profile);
  const uids = originalUids(object.elements, mapper, rules);
  const selective = rules.has('retainUids') || rules.has('retainDeviceIdentity');
  return (
    documentDoubt(object.elements, rules, profile) ?? {
      profile,
      identity,
      ...(series && { series }),
      rules,
      dateOffsetDays,
      originalUids: uids,
      mapper: selective ? replacingOnly(mapper, uids) : mapper,
    }
  );
}

/** A date that moves by nothing, or by a part of a day, is a date that stays. */
function isOffset(days: number): boolean {
  return Number.isSafeInteger(days) && days !== 0;
}
