import { fault } from '../run/faults.js';
import { PatternError } from './ast.js';
import type { Limits } from '../run/limits.js';
import { matchPattern, type Groups } from './matchPattern.js';
import { parsePattern } from './parsePattern.js';

/** Steps of a match that take as long as a look at an element. */
const stepsOfVisit = 2;

/** Whether a regular expression of Java matches the whole text. @throws EvaluationFault for patterns that can't be run. */
export function matchesWhole(pattern: string, text: string, limits: Limits): boolean {
  return groupsOf(pattern, text, true, limits) !== undefined;
}

/**
 * A group of a match, 0 for all of it: of the whole text (version 4) or of the first place (version 6). Undefined when
 * there is no match. @throws EvaluationFault for patterns that can't be run and groups that they do not have.
 */
export function matchedGroup(
  pattern: string,
  text: string,
  group: number,
  whole: boolean,
  limits: Limits,
): string | undefined {
  const groups = groupsOf(pattern, text, whole, limits);
  if (groups && group >= groups.length) fault('The regular expression has no group of that number.');
  return groups?.[group];
}

function groupsOf(pattern: string, text: string, whole: boolean, limits: Limits): Groups | undefined {
  try {
    const { groups, steps } = matchPattern(parsePattern(pattern), text, whole);
    limits.visit(Math.ceil(steps / stepsOfVisit));
    return groups;
  } catch (error) {
    if (error instanceof PatternError) return fault(error.message);
    if (error instanceof RangeError) return fault('The regular expression nests too deeply for this text.');
    throw error;
  }
}
