import { isPrivate, isPrivateCreator } from '../../dicom/tags.js';
import type { Tag } from '../../dicom/dataSet.js';
import type { EditableDataSet } from '../run/editableDataSet.js';
import { fault } from '../run/faults.js';
import { creatorTag, matches } from '../run/pathMatch.js';
import type { ScriptRun } from '../run/scriptRun.js';
import { nothing } from '../run/values.js';
import type { Path } from '../syntax/ast.js';
import type { ScriptFunction } from './arguments.js';

type Kept = ReadonlyMap<EditableDataSet, ReadonlySet<Tag>>;

function isPrivatePath({ steps }: Path): boolean {
  return steps.some((step) => step.kind === 'tag' && step.tag.creator !== undefined);
}

/** What the paths match stays with everything below it; of other private elements what leads to a match. */
function prune(dataSet: EditableDataSet, kept: Kept, isInPrivate: boolean, run: ScriptRun): void {
  const here = kept.get(dataSet);
  for (const tag of dataSet.tags()) {
    run.limits.visit();
    if (here?.has(tag) || isPrivateCreator(tag)) continue;
    const goes = isInPrivate || isPrivate(tag);
    for (const item of dataSet.items(tag) ?? []) prune(item, kept, goes, run);
    if (!goes) continue;
    dataSet.removeItems(tag, (item) => item.isEmpty);
    if ((dataSet.items(tag)?.length ?? 0) === 0) dataSet.remove(tag);
  }
  removeUnusedCreators(dataSet);
}

function removeUnusedCreators(dataSet: EditableDataSet): void {
  const used = new Set(
    dataSet
      .tags()
      .filter((tag) => isPrivate(tag) && !isPrivateCreator(tag))
      .map(creatorTag),
  );
  for (const tag of dataSet.tags()) {
    if (isPrivateCreator(tag) && !used.has(tag)) dataSet.remove(tag);
  }
}

/** `retainPrivateTags[paths...]`: all private elements but those that the paths match go, wherever they are. */
export const retainPrivateTags: ScriptFunction = (args, run) => {
  const kept = new Map<EditableDataSet, Set<Tag>>();
  for (const path of args.paths()) {
    if (!isPrivatePath(path)) fault('The path has nothing private in it.');
    for (const { dataSet, tag } of matches(run.root, path, run.limits)) {
      kept.set(dataSet, (kept.get(dataSet) ?? new Set<Tag>()).add(tag));
    }
  }
  prune(run.root, kept, false, run);
  return nothing;
};
