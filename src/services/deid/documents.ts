import type { DataElement } from '../dicom/dataSet.js';
import { findElement } from '../dicom/elements.js';
import { tags } from '../dicom/tags.js';
import type { Profile } from './profiles/profile.js';
import type { Rules } from './rules.js';
import type { Refusal } from './types.js';

/**
 * Why an object is held for what it says in whole sentences: a document that no option cleans, or a report without Clean
 * Structured Content, for a profile that would rather keep it back than send its empty shell. Undefined: go on.
 */
export function documentDoubt(
  elements: readonly DataElement[],
  rules: Rules,
  { documents }: Profile,
): Refusal | undefined {
  if (documents === 'replace') return undefined;
  if (findElement(elements, tags.EncapsulatedDocument)) return held('a document');
  const isReport = findElement(elements, tags.ContentSequence) !== undefined;
  return isReport && !rules.has('cleanStructuredContent') ? held('a report') : undefined;
}

function held(kind: string): Refusal {
  return {
    status: 'held',
    code: 'CONTENT_NOT_SUPPORTED',
    reason: `The object is ${kind}, and the profile has no way to clean what it says.`,
  };
}
