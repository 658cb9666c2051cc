import { elementOf, groupOf, isPrivate, isPrivateCreator, tagOf } from '../../dicom/tags.js';
import { textValues } from '../../dicom/elements.js';
import type { Tag } from '../../dicom/dataSet.js';
import type { ItemChoice, Path, PathStep, TagPattern } from '../syntax/ast.js';
import { digitsMatch, exactTag } from '../syntax/tagSyntax.js';
import type { EditableDataSet } from './editableDataSet.js';
import type { Limits } from './limits.js';

/** An element that a path matches. */
export interface Match {
  readonly dataSet: EditableDataSet;
  readonly tag: Tag;
  /** The item that the last step names, for what works on items. */
  readonly item: ItemChoice;
}

/**
 * The elements that a path with wildcards matches, in the order of the data set; a match is not searched further.
 */
export function matches(dataSet: EditableDataSet, path: Path, limits: Limits): readonly Match[] {
  return new PathSearch(path, limits, false).below(dataSet);
}

/** The same for what works on values: elements that are no sequences, also inside of sequences that match. */
export function matchingLeaves(dataSet: EditableDataSet, path: Path, limits: Limits): readonly Match[] {
  return new PathSearch(path, limits, true).below(dataSet);
}

/**
 * Steps of a path at which a search stands, as bits: several at once where a step takes any number of levels. Paths are
 * shorter than 32 steps.
 */
type Steps = number;

class PathSearch {
  private readonly found: Match[] = [];
  private readonly last: number;
  private readonly closures = new Map<Steps, Steps>();

  constructor(
    private readonly path: Path,
    private readonly limits: Limits,
    private readonly leavesOnly: boolean,
  ) {
    this.last = path.steps.length - 1;
  }

  below(dataSet: EditableDataSet): readonly Match[] {
    this.search(dataSet, 1);
    return this.found;
  }

  private search(dataSet: EditableDataSet, steps: Steps): void {
    const open = this.closure(steps);
    for (const tag of this.candidates(dataSet, open)) {
      this.limits.visit();
      const met = this.meeting(open, dataSet, tag);
      if (met === 0) continue;
      const items = dataSet.items(tag);
      const end = this.leavesOnly && items ? undefined : this.endOf(met);
      if (end) this.found.push({ dataSet, tag, item: end.kind === 'tag' ? end.item : undefined });
      else if (items) this.searchItems(items, met);
    }
  }

  private searchItems(items: readonly EditableDataSet[], met: Steps): void {
    for (const [index, item] of items.entries()) {
      const next = this.after(met, index);
      if (next !== 0) this.search(item, next);
    }
  }

  /** With the steps behind those that may take no level: `*`, and `+` behind another step, as the engine does it. */
  private closure(steps: Steps): Steps {
    let open = this.closures.get(steps);
    if (open === undefined) {
      open = steps;
      for (let step = 0; step < this.last; step++) {
        if ((open >>> step) & 1 && this.mayBeNothing(step)) open |= 1 << (step + 1);
      }
      this.closures.set(steps, open);
    }
    return open;
  }

  private mayBeNothing(step: number): boolean {
    const one = this.path.steps[step];
    return one?.kind === 'levels' && (one.levels === 'any' || (one.levels === 'some' && step > 0));
  }

  private meeting(open: Steps, dataSet: EditableDataSet, tag: Tag): Steps {
    let met = 0;
    for (let step = 0; step <= this.last; step++) {
      const one = this.path.steps[step];
      if (!((open >>> step) & 1) || !one) continue;
      const meets = one.kind === 'tag' ? tagMatches(one.tag, tag, dataSet) : !isPrivateCreator(tag);
      if (meets) met |= 1 << step;
    }
    return met;
  }

  /** The step with which the path ends here; `(sq)/*` is the sequence itself as well. */
  private endOf(met: Steps): PathStep | undefined {
    const { steps } = this.path;
    const last = steps[this.last];
    const before = steps[this.last - 1];
    if (
      before?.kind === 'tag' &&
      last?.kind === 'levels' &&
      last.levels === 'any' &&
      (met >>> (this.last - 1)) & 1
    ) {
      return before;
    }
    return (met >>> this.last) & 1 ? last : undefined;
  }

  private after(met: Steps, item: number): Steps {
    let next = 0;
    for (let step = 0; step <= this.last; step++) {
      const one = this.path.steps[step];
      if (!((met >>> step) & 1) || !one) continue;
      const isLast = step === this.last;
      const onward = isLast ? 0 : 1 << (step + 1);
      if (one.kind === 'tag')
        next |= one.item === undefined || one.item === 'any' || one.item === item ? onward : 0;
      else if (one.levels === 'one') next |= onward;
      // `+` at the beginning has had its level now and is `*` from here on.
      else next |= (1 << step) | (one.levels === 'some' && step === 0 ? onward : 0);
    }
    return next;
  }

  /** All tags of the level, or just those that are asked for by number: most paths name one element. */
  private candidates(dataSet: EditableDataSet, steps: Steps): readonly Tag[] {
    const exact: Tag[] = [];
    for (let step = 0; step <= this.last; step++) {
      if (!((steps >>> step) & 1)) continue;
      const one = this.path.steps[step];
      const tag = one?.kind === 'tag' ? exactTag(one.tag) : undefined;
      if (tag === undefined) return dataSet.tags();
      if (dataSet.has(tag) && !exact.includes(tag)) exact.push(tag);
    }
    return exact;
  }
}

/** Whether an element of a level is meant by a tag; private ones by creator, whatever block that has in this level. */
export function tagMatches(pattern: TagPattern, tag: Tag, dataSet: EditableDataSet): boolean {
  if (!digitsMatch(pattern.group, groupOf(tag))) return false;
  if (pattern.creator === undefined) return digitsMatch(pattern.element, elementOf(tag));
  if (!isPrivate(tag) || elementOf(tag) < 0x1000) return false;
  return digitsMatch(pattern.element, tag & 0xff) && creatorOf(tag, dataSet) === pattern.creator;
}

/** The tag of the element that reserves the block of a private element (PS3.5 7.8.1). */
export function creatorTag(tag: Tag): Tag {
  return tagOf(groupOf(tag), elementOf(tag) >>> 8);
}

function creatorOf(tag: Tag, dataSet: EditableDataSet): string | undefined {
  return textValues(dataSet.leaf(creatorTag(tag)), dataSet.characterSets)[0];
}
