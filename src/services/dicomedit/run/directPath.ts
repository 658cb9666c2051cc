import type { Tag } from '../../dicom/dataSet.js';
import { textElement, textValues } from '../../dicom/elements.js';
import { groupOf, isPrivateCreator, tagOf } from '../../dicom/tags.js';
import type { Path, PathStep, TagPattern } from '../syntax/ast.js';
import { exactTag, numberOf } from '../syntax/tagSyntax.js';
import type { EditableDataSet } from './editableDataSet.js';
import { fault } from './faults.js';
import type { Limits } from './limits.js';
import { creatorTag } from './pathMatch.js';

/** One element: the level it stands at, made or not, and its tag there. */
export interface Spot {
  readonly dataSet: EditableDataSet;
  readonly tag: Tag;
}

interface DirectStep {
  readonly tag: TagPattern;
  readonly item: number | undefined;
}

/** Where the element of a path stands; undefined when a part of the way is missing. Nothing is made. */
export function findSpot(root: EditableDataSet, path: Path): Spot | undefined {
  const steps = directSteps(path);
  let dataSet = root;
  for (const [index, { tag: pattern, item }] of steps.entries()) {
    const tag = findTag(dataSet, pattern);
    if (tag === undefined) return undefined;
    if (index === steps.length - 1) return dataSet.has(tag) ? { dataSet, tag } : undefined;
    const next = dataSet.items(tag)?.[item ?? 0];
    if (!next) return undefined;
    dataSet = next;
  }
  return undefined;
}

/** The same for writing: sequences, items and the block of a private creator are made where they are missing. */
export function makeSpot(
  root: EditableDataSet,
  path: Path,
  limits: Limits,
  named: (creator: Spot) => void,
): Spot {
  const steps = directSteps(path);
  let dataSet = root;
  for (const [index, { tag: pattern, item }] of steps.entries()) {
    const tag = findTag(dataSet, pattern) ?? reserve(dataSet, pattern);
    // The script names the creator, so that its text comes from the script as well.
    if (pattern.creator !== undefined) named({ dataSet, tag: creatorTag(tag) });
    if (index === steps.length - 1) return { dataSet, tag };
    if (dataSet.leaf(tag) && (dataSet.leaf(tag)?.value?.length ?? 1) > 0)
      fault('A step of the path is no sequence.');
    dataSet = dataSet.ensureItem(tag, item ?? 0, () => limits.newItem());
  }
  return fault('A path has at least one step.');
}

/** @throws EvaluationFault when the path may mean more than one element. */
function directSteps({ steps }: Path): readonly DirectStep[] {
  return steps.map((step, index) => directStep(step, index === steps.length - 1));
}

function directStep(step: PathStep, isLast: boolean): DirectStep {
  if (step.kind !== 'tag') return fault('A wildcard is no value: the path must name one element.');
  const { tag, item } = step;
  const digits = [...tag.group, ...tag.element];
  if (numberOf(digits) === undefined)
    fault('A tag with wildcards is no value: the path must name one element.');
  if (item === 'any' || (item === undefined) !== isLast) {
    fault(
      isLast
        ? 'The path ends with a tag and no item.'
        : 'The path must say which item of the sequence is meant, such as [0].',
    );
  }
  return { tag, item };
}

/** The tag at one level; undefined for a private element whose creator is not there. */
function findTag(dataSet: EditableDataSet, pattern: TagPattern): Tag | undefined {
  if (pattern.creator === undefined) return exactTag(pattern);
  const group = numberOf(pattern.group) ?? 0;
  for (let block = 0x10; block <= 0xff; block++) {
    const creator = dataSet.leaf(tagOf(group, block));
    if (creator && textValues(creator, dataSet.characterSets)[0] === pattern.creator)
      return inBlock(group, block, pattern);
  }
  return undefined;
}

/** The next free block gets the creator (PS3.5 7.8.1); a block that holds elements without a creator is not free. */
function reserve(dataSet: EditableDataSet, pattern: TagPattern): Tag {
  const group = numberOf(pattern.group) ?? 0;
  const used = new Set(
    dataSet
      .tags()
      .filter((tag) => groupOf(tag) === group)
      .map((tag) => (isPrivateCreator(tag) ? tag & 0xff : (tag & 0xff00) >>> 8)),
  );
  for (let block = 0x10; block <= 0xff; block++) {
    if (used.has(block)) continue;
    const tag = tagOf(group, block);
    dataSet.put(textElement(tag, 'LO', pattern.creator ?? '', dataSet.encoding));
    return inBlock(group, block, pattern);
  }
  return fault('The group has no free block for another private creator.');
}

function inBlock(group: number, block: number, pattern: TagPattern): Tag {
  return tagOf(group, block * 0x100 + (numberOf(pattern.element) ?? 0));
}

/** The path of a text as `set` and `delete` take it: any group, plain digits, items by number. */
export function directPathOfText(text: string): Path | undefined {
  const steps: PathStep[] = [];
  for (const part of text.trim().split('/')) {
    const found = /^\(([0-9A-Fa-f]{4}),([0-9A-Fa-f]{4})\)(?:\[(\d{1,4})\])?$/.exec(part.trim());
    if (!found) return undefined;
    const [, group = '', element = '', item] = found;
    const digits = (hex: string): number[] => Array.from(hex, (digit) => parseInt(digit, 16));
    steps.push({
      kind: 'tag',
      tag: { group: digits(group), element: digits(element) },
      item: item === undefined ? undefined : Number(item),
    });
  }
  return steps.length > 30 ? undefined : { steps, at: { line: 1, column: 1 } };
}
